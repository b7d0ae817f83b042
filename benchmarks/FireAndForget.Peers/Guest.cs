// The guests that everything with a sandbox runs here.

using System.Text;

namespace FireAndForget.Peers;

internal static class Guest
{
    private const string HandleMessage = "handle-message-component.wasm";

    public static byte[] Binary { get; } = Read(HandleMessage);

    /// <summary>The component of the thirteen benchmarks: its own work is a few instructions.</summary>
    public static ComponentSource Source { get; } = ComponentSource.FromBytes(Binary, HandleMessage);

    /// <summary>A component that asks and answers.</summary>
    public static ComponentSource Asker { get; } =
        ComponentSource.FromText(Encoding.UTF8.GetString(Read("asker.wat")), "asker.wat");

    private static byte[] Read(string name)
    {
        using Stream stream = typeof(Guest).Assembly.GetManifestResourceStream(name)!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
