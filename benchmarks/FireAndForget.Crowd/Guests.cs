// The guests that are measured, out of this assembly.

using System.Text;

namespace FireAndForget.Crowd;

internal static class Guests
{
    /// <summary>The component of the thirteen benchmarks: its own work is a few instructions.</summary>
    public static ComponentSource HandleMessage { get; } =
        ComponentSource.FromBytes(Read("handle-message-component.wasm"), "handle-message-component.wasm");

    /// <summary>A core module that sends each message on.</summary>
    public static ComponentSource Forwarder { get; } =
        ComponentSource.FromText(Encoding.UTF8.GetString(Read("forwarder.wat")), "forwarder.wat");

    private static byte[] Read(string name)
    {
        using Stream stream = typeof(Guests).Assembly.GetManifestResourceStream(name)!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
