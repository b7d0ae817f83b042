namespace FireAndForget.Guests.Direct.Decoding;

/// <summary>
/// How much a guest may still make the decoder hold. A few bytes of a hostile file can ask for an object, so their
/// number is bounded as engines bound it, whatever the file's size.
/// </summary>
internal sealed class DecodingBudget
{
    public const int Definitions = 1_000_000;

    private int _left = Definitions;

    public void Take(int definitions, int offset)
    {
        if (definitions > _left)
        {
            throw WasmReader.Unsupported($"it has more than {Definitions} definitions", offset);
        }

        _left -= definitions;
    }
}
