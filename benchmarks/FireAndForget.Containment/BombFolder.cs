// A temporary folder with a guest, bomb.wasm, and what a run of faf needs beside it.

using System.Text;

namespace FireAndForget.Containment;

internal sealed class BombFolder : IDisposable
{
    /// <summary>The guest's file.</summary>
    public const string Guest = "bomb.wasm";

    private bool _isEndless;

    public string Path { get; } = Directory.CreateTempSubdirectory("bomb-").FullName;

    /// <summary>The guest's bytes; null where it has no end.</summary>
    public long? GuestBytes => _isEndless ? null : new FileInfo(PathOf(Guest)).Length;

    /// <summary>Writes the guest in binary, so that reading it as text costs faf nothing.</summary>
    public void WriteGuest(string wat) => Write(Guest, Wasmtime.Module.ConvertText(wat));

    /// <summary>Writes a topology of one component, <c>bomb</c>, and one endpoint, <c>client</c>.</summary>
    /// <param name="options">The component's properties beside its id and path.</param>
    public void WriteTopology(string options) =>
        WriteText(
            "topology.json",
            $$"""{"components":[{"id":"bomb","path":"{{Guest}}",{{options}}}],"endpoints":["client"]}"""
        );

    /// <summary>Writes the one message that <c>client</c> sends to <c>bomb</c>.</summary>
    public void WriteMessage(int length) =>
        WriteText(
            "messages.jsonl",
            $$"""{"from":"client","to":"bomb","base64":"{{Convert.ToBase64String(new byte[length])}}"}""" + "\n"
        );

    /// <summary>Makes the guest a file of zeros, none of which is on the disk.</summary>
    public void MakeSparse(long length)
    {
        using FileStream file = File.Create(PathOf(Guest));
        file.SetLength(length);
    }

    /// <summary>Makes the guest a file that never ends.</summary>
    public void LinkEndless()
    {
        _isEndless = true;
        File.CreateSymbolicLink(PathOf(Guest), "/dev/zero");
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private void WriteText(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    private void Write(string name, byte[] content) => File.WriteAllBytes(PathOf(name), content);

    private string PathOf(string name) => System.IO.Path.Combine(Path, name);
}
