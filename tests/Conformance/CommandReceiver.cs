using FireAndForget.Guests.Decoding;

namespace FireAndForget.Tests.Conformance;

/// <summary>
/// Makes a guest of a command: a core module with <c>_start</c> that knows nothing of messages. It gets a handler that handles all of
/// them, and runs to its end while it is loaded.
/// </summary>
internal static class CommandReceiver
{
    private const int Preamble = 8;
    private const byte TypeSection = 1;
    private const byte FunctionSection = 3;
    private const byte ExportSection = 7;
    private const byte CodeSection = 10;

    /// <summary>The type of <c>handle-message</c> and of realloc.</summary>
    private static readonly byte[] FourToOne = [0x60, 4, 0x7F, 0x7F, 0x7F, 0x7F, 1, 0x7F];

    /// <summary>A body that answers 0.</summary>
    private static readonly byte[] Zero = [4, 0, 0x41, 0, 0x0B];

    /// <summary>The command with <c>handle-message</c> and <c>cabi_realloc</c>, which are one function behind its own.</summary>
    public static byte[] Of(byte[] command)
    {
        CoreModule module = GuestDecoder.Decode(command).Outline.Modules.Single();
        int types = module.Types.Count;
        int function = module.Imports.Count(import => import.Sort == CoreSort.Function);
        List<byte> made = [.. command[..Preamble]];
        for (int at = Preamble; at < command.Length; )
        {
            byte id = command[at++];
            int length = Leb128.Read(command, ref at);
            byte[] content = command[at..(at + length)];
            at += length;
            int counted = 0;
            int count = id is FunctionSection ? Leb128.Read(content, ref counted) : 0;
            function += count;
            made.AddRange(
                Composer.Section(
                    id,
                    id switch
                    {
                        TypeSection => Append(content, 1, FourToOne),
                        FunctionSection => Append(content, 1, Leb128.Of(types)),
                        ExportSection => Append(
                            content,
                            2,
                            [.. Export("handle-message", function), .. Export("cabi_realloc", function)]
                        ),
                        CodeSection => Append(content, 1, Zero),
                        _ => content,
                    }
                )
            );
        }

        return [.. made];
    }

    /// <summary>A section's content with more entries behind its own.</summary>
    private static byte[] Append(byte[] content, int more, IEnumerable<byte> entries)
    {
        int counted = 0;
        int count = Leb128.Read(content, ref counted);
        return [.. Leb128.Of(count + more), .. content[counted..], .. entries];
    }

    private static byte[] Export(string name, int function) =>
        [(byte)name.Length, .. System.Text.Encoding.ASCII.GetBytes(name), 0, .. Leb128.Of(function)];
}
