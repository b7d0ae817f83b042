using FireAndForget.Guests;
using FireAndForget.Guests.Decoding;
using Wasmtime;

namespace FireAndForget.Tests.Fuzz.Areas;

/// <summary>
/// The decoder of components and core modules, and beside it Wasmtime: what Wasmtime takes for a valid module is not damaged, its stub is
/// valid too, and it can list the imports and exports of which the decoder says so.
/// </summary>
internal sealed class DecoderArea : FuzzArea
{
    private readonly Lazy<Engine> _engine = new(() => GuestLoader.CreateCheckingEngine());

    public override string Name => "decoder";

    public override int Weight => 3;

    protected override string Folder => "guests";

    public override bool Run(byte[] input)
    {
        try
        {
            GuestDescription description = GuestDecoder.Decode(input);
            Require(description.Refusal != "", "the refusal gives no reason");
            CheckStubs(description.Outline, input);
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

    private void CheckStubs(GuestOutline outline, byte[] input)
    {
        if (outline.Modules.Any(module => Module.Validate(_engine.Value, module.Bytes.Span) is not null))
        {
            return;
        }

        byte[] guest = outline.Stub(input);
        Require(guest.Length == input.Length, "the stub is not as long as the guest");
        foreach (CoreModule module in outline.Modules)
        {
            ReadOnlySpan<byte> stub = guest.AsSpan(module.Offset, module.Bytes.Length);
            string? error = Module.Validate(_engine.Value, stub);
            Require(error is null, $"the stub of a valid module is not valid: {error}");
            if (module.IsListable)
            {
                ListTypes(stub);
            }
        }
    }

    /// <summary>Makes a module, which lists its imports and exports: where Wasmtime cannot, the process ends.</summary>
    private void ListTypes(ReadOnlySpan<byte> stub)
    {
        try
        {
            Module.FromBytes(_engine.Value, "stub", stub).Dispose();
        }
        catch (WasmtimeException)
        {
            // Wasmtime validates some encodings that it does not compile.
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
