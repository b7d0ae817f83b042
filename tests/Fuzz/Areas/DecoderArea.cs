using FireAndForget.Guests;
using FireAndForget.Guests.Direct;
using Wasmtime;

namespace FireAndForget.Tests.Fuzz.Areas;

/// <summary>
/// The decoder of components and core modules, and beside it Wasmtime: what Wasmtime takes for a valid module is not damaged.
/// </summary>
internal sealed class DecoderArea : FuzzArea
{
    private readonly Lazy<Engine> _engine = new(GuestLoader.CreateEngine);

    public override string Name => "decoder";

    public override int Weight => 3;

    protected override string Folder => "guests";

    public override bool Run(byte[] input)
    {
        try
        {
            GuestDescription description = GuestDecoder.Decode(input);
            Require(description.Refusal != "", "the refusal gives no reason");
            return description.Refusal is null;
        }
        catch (ComponentLoadException e)
        {
            Require(!string.IsNullOrWhiteSpace(e.Message), "the error gives no reason");
            Require(
                !e.Message.Contains("damaged", StringComparison.Ordinal)
                    || Module.Validate(_engine.Value, input) is not null,
                $"a valid module is called damaged: {e.Message}"
            );
            return false;
        }
    }

    // WAT is Wasmtime's to read; here it gives a binary to start from.
    protected override byte[] Prepare(byte[] file)
    {
        if (Mutation.SectionMutator.IsBinary(file))
        {
            return file;
        }

        try
        {
            return Module.ConvertText(System.Text.Encoding.UTF8.GetString(file));
        }
        catch (WasmtimeException)
        {
            return file;
        }
    }
}
