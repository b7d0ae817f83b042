using System.Globalization;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// How much memory a guest may still make the decoder take. A few bytes of a hostile file can ask for an object, or name one that
/// is made many times, so each is counted before it is made, against a bound that follows from the file's size.
/// </summary>
/// <param name="fileBytes">The length of the guest in bytes.</param>
internal sealed class DecodingBudget(int fileBytes)
{
    /// <summary>What every guest may take, in bytes.</summary>
    public const int BaseBytes = 16 << 20;

    /// <summary>What it may take besides, for each byte of its own.</summary>
    public const int TimesTheFile = 8;

    // What things take in memory, rounded up: an object's header, its fields, and its place in a list that grows by doubling.
    public const int Slot = 4 * 8;
    public const int Item = 96 + Slot;
    public const int List = 64;

    private long _left = BaseBytes + ((long)TimesTheFile * fileBytes);

    /// <summary>Takes memory from the budget for something that is about to be made.</summary>
    /// <exception cref="ComponentLoadException">There is not so much left.</exception>
    public void Take(long bytes, int offset)
    {
        if (bytes > _left)
        {
            throw WasmReader.Unsupported(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"what it defines up to there takes more memory than {TimesTheFile} times its {fileBytes} bytes and "
                        + $"{BaseBytes >> 20} MiB, which no toolchain's output does"
                ),
                offset
            );
        }

        _left -= bytes;
    }
}
