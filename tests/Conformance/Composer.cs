using System.Reflection;
using System.Text;
using FireAndForget.Dispatching;

namespace FireAndForget.Tests.Conformance;

/// <summary>
/// Puts a suite's file behind a good receiver, as a part that the receiver does not use. So a host's answer about the whole says
/// whether the part is valid, whatever the part exports and imports itself.
/// </summary>
/// <remarks>The sections are those of the component model's binary format (design/mvp/Binary.md).</remarks>
internal static class Composer
{
    private const byte CoreModuleSection = 1;
    private const byte CoreInstanceSection = 2;
    private const byte ComponentSection = 4;

    /// <summary>What names an instance among the arguments of an instantiation.</summary>
    private const byte InstanceArgument = 0x12;

    private static readonly byte[] Receiver = FromText("receiver.wat");
    private static readonly byte[] Spectest = FromText("spectest.wat");

    /// <summary>Whether a binary is a component; else it is a core module, or nothing.</summary>
    public static bool IsComponent(ReadOnlySpan<byte> binary) =>
        binary.Length >= 8 && binary[..4].SequenceEqual("\0asm"u8) && binary[6] == 1;

    /// <summary>The receiver with a component or core module that nobody uses.</summary>
    public static byte[] WithPart(byte[] part) =>
        [.. Receiver, .. Section(IsComponent(part) ? ComponentSection : CoreModuleSection, part)];

    /// <summary>The receiver with a core module that is instantiated after it, given <c>spectest</c>.</summary>
    public static byte[] WithInstance(byte[] module) =>
        [
            .. Receiver,
            .. Section(CoreModuleSection, Spectest),
            .. Section(CoreModuleSection, module),
            // Module 0 and instance 0 are the receiver's own.
            .. Section(
                CoreInstanceSection,
                [
                    2,
                    .. (byte[])[0, 1, 0],
                    .. (byte[])[0, 2, 1, 8, .. Encoding.ASCII.GetBytes("spectest"), InstanceArgument, 1],
                ]
            ),
        ];

    /// <summary>A section of a component or core module.</summary>
    public static byte[] Section(byte id, byte[] content) => [id, .. Leb128.Of(content.Length), .. content];

    private static byte[] FromText(string resource)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using StreamReader reader = new(stream);
        return Wasmtime.Module.ConvertText(reader.ReadToEnd());
    }
}
