using System.Text;
using FireAndForget.Sources;

namespace FireAndForget;

/// <summary>Where a component's WebAssembly comes from: a file, bytes or WAT text; a component or a core module.</summary>
public sealed class ComponentSource
{
    /// <summary>The most bytes of a file: several times what the largest guests have.</summary>
    private const int MostFileBytes = 256 << 20;

    private readonly Func<byte[]> _read;
    private readonly bool _isText;
    private readonly bool _isFile;

    private ComponentSource(string name, bool isText, Func<byte[]> read, bool isFile = false)
    {
        Name = name;
        _isText = isText;
        _isFile = isFile;
        _read = read;
    }

    /// <summary>The file's path, or the name that errors show.</summary>
    public string Name { get; }

    /// <summary>
    /// A file, read when the component is loaded: <c>.wat</c> is text, everything else binary. It may have 256 MiB; what does not start
    /// as WebAssembly does is not read further.
    /// </summary>
    /// <param name="path">The file's path.</param>
    /// <returns>The source.</returns>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    public static ComponentSource FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        bool isText = path.EndsWith(".wat", StringComparison.OrdinalIgnoreCase);
        return new(
            path,
            isText,
            () => BoundedFile.Read(path, MostFileBytes, isText ? WasmStart.CheckText : WasmStart.CheckBinary),
            isFile: true
        );
    }

    /// <summary>A binary in memory. It is not copied: leave it as it is until the component is loaded.</summary>
    /// <param name="bytes">The binary.</param>
    /// <param name="name">The name that errors show.</param>
    /// <returns>The source.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static ComponentSource FromBytes(byte[] bytes, string name = "the bytes")
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(name);
        return new(name, isText: false, () => bytes);
    }

    /// <summary>WebAssembly text.</summary>
    /// <param name="wat">The text of a component or of a core module.</param>
    /// <param name="name">The name that errors show.</param>
    /// <returns>The source.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static ComponentSource FromText(string wat, string name = "the text")
    {
        ArgumentNullException.ThrowIfNull(wat);
        ArgumentNullException.ThrowIfNull(name);
        return new(name, isText: true, () => Encoding.UTF8.GetBytes(wat));
    }

    /// <summary>The file's full path, or the name.</summary>
    internal string Origin => _isFile ? Path.GetFullPath(Name) : Name;

    /// <summary>A binary that is read anew each time.</summary>
    internal static ComponentSource FromReader(Func<byte[]> read, string name) => new(name, isText: false, read);

    /// <summary>Reads the source and gives its binary.</summary>
    /// <exception cref="ComponentLoadException">It cannot be read, or the text is not WAT.</exception>
    internal byte[] ReadBinary()
    {
        byte[] bytes;
        try
        {
            bytes = _read();
        }
        catch (ComponentLoadException e)
        {
            throw new ComponentLoadException($"{Name}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            string reason = Directory.Exists(Name) ? "it is a folder" : e.Message.TrimEnd('.');
            throw new ComponentLoadException(
                $"{Name}: the file cannot be read: {reason}; give the path of a .wasm or .wat file.",
                e
            );
        }

        if (!_isText)
        {
            return bytes;
        }

        try
        {
            return Wasmtime.Module.ConvertText(Encoding.UTF8.GetString(bytes));
        }
        catch (Wasmtime.WasmtimeException e)
        {
            throw new ComponentLoadException($"{Name}: the text is not WAT: {e.Message.Trim()}", e);
        }
    }
}
