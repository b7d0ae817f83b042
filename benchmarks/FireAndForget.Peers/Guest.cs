// The guest that everything with a sandbox runs here.

using FireAndForget;
using FireAndForget.Guests.Instances;

namespace FireAndForget.Peers;

internal static class Guest
{
    public static byte[] Binary { get; } = Read();

    public static ComponentSource Source { get; } = ComponentSource.FromBytes(Binary, "handle-message-component.wasm");

    private static byte[] Read()
    {
        using Stream stream = typeof(Guest).Assembly.GetManifestResourceStream("handle-message-component.wasm")!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
