// The guests that the benchmarks run, out of this assembly, so that it does not matter where the benchmarks are started.

using System.Text;

namespace FireAndForget.Benchmarks;

internal static class Guests
{
    /// <summary>The component of the thirteen benchmarks: its own work is a few instructions.</summary>
    public static ComponentSource HandleMessage { get; } =
        ComponentSource.FromBytes(Read("handle-message-component.wasm"), "handle-message-component.wasm");

    /// <summary>A core module that sends each message on.</summary>
    public static ComponentSource Forwarder { get; } =
        ComponentSource.FromText(Encoding.UTF8.GetString(Read("forwarder.wat")), "forwarder.wat");

    public static byte[] Read(string name)
    {
        using Stream stream = typeof(Guests).Assembly.GetManifestResourceStream(name)!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
