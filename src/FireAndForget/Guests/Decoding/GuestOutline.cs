using System.Text;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// The parts of a guest that Wasmtime may be given in another form: core modules, for which a stub is enough to check the component
/// around them, and versioned names that it does not read. Every form is as long as the guest, so that an offset in an error is one
/// in the file.
/// </summary>
/// <param name="Modules">All core modules, those of nested components included.</param>
/// <param name="VersionedNames">The guest's own imports and exports whose version is kept apart.</param>
internal sealed record GuestOutline(IReadOnlyList<CoreModule> Modules, IReadOnlyList<VersionedName> VersionedNames)
{
    private const int LongestLength = 5;

    /// <summary>
    /// The guest with its own names written whole, as Wasmtime reads them (<c>wasi:io/poll@0.2</c> and <c>.6</c> as
    /// <c>wasi:io/poll@0.2.6</c>); the same bytes where none is kept apart.
    /// </summary>
    public byte[] WithWholeNames(byte[] guest)
    {
        if (VersionedNames.Count == 0)
        {
            return guest;
        }

        byte[] written = [.. guest];
        foreach (VersionedName name in VersionedNames)
        {
            // A name is written as its form, its length in as many bytes as are left, and its text. A name with other attributes
            // stays as it is.
            int bytes = Encoding.UTF8.GetByteCount(name.Full);
            int width = name.End - name.Start - 1 - bytes;
            if (width is > 0 and <= LongestLength && (width == LongestLength || bytes >> (7 * width) == 0))
            {
                written[name.Start] = 0;
                ModuleStub.WriteNumber(written.AsSpan(name.Start + 1, width), (uint)bytes);
                Encoding.UTF8.GetBytes(name.Full, written.AsSpan(name.End - bytes));
            }
        }

        return written;
    }

    /// <summary>
    /// The component with stubs for its core modules, which must be valid: it is valid, and compiles, where the component does.
    /// </summary>
    public byte[] Stub(byte[] guest)
    {
        byte[] stub = [.. WithWholeNames(guest)];
        foreach (CoreModule module in Modules)
        {
            ModuleStub.Write(module, guest, stub);
        }

        return stub;
    }
}
