using System.Diagnostics;
using FireAndForget.Guests.Calls;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>Arguments, environment, random bytes and the guest's own end.</summary>
internal sealed partial class Preview1
{
    /// <summary>A number of random bytes that takes less time than an epoch tick.</summary>
    private const int RandomRun = 1 << 20;

    /// <summary>The most random bytes at once; as many as Wasmtime's own gives.</summary>
    private const uint MostRandom = 64 << 20;

    /// <summary>The exit codes from here on have no meaning in WASI.</summary>
    private const uint FirstUnknownExit = 126;

    private const uint Pointer = sizeof(uint);

    private Function? FindProcess(string name) =>
        name switch
        {
            "args_get" => Of(
                name,
                (Preview1Memory memory, int list, int texts) => GetArguments(memory, (uint)list, (uint)texts)
            ),
            "args_sizes_get" => Of(
                name,
                (Preview1Memory memory, int count, int bytes) =>
                    AnswerSizes(
                        memory,
                        (uint)count,
                        wasi.Grants.Arguments.Length,
                        (uint)bytes,
                        wasi.Grants.Arguments.Sum(argument => argument.Length + 1)
                    )
            ),
            "environ_get" => Of(
                name,
                (Preview1Memory memory, int list, int texts) => GetEnvironment(memory, (uint)list, (uint)texts)
            ),
            "environ_sizes_get" => Of(
                name,
                (Preview1Memory memory, int count, int bytes) =>
                    AnswerSizes(
                        memory,
                        (uint)count,
                        wasi.Grants.Environment.Length,
                        (uint)bytes,
                        wasi.Grants.Environment.Sum(variable => variable.Name.Length + variable.Value.Length + 2)
                    )
            ),
            "proc_exit" => Function.FromCallback(instance.Store, (int code) => Exit((uint)code)),
            "proc_raise" => Of(
                name,
                (Preview1Memory _, int signal) =>
                {
                    CheckEnum(name, signal, MostSignal);
                    return Preview1Error.NotSupported;
                }
            ),
            "random_get" => Of(
                name,
                (Preview1Memory memory, int buffer, int length) => GetRandom(memory, (uint)buffer, (uint)length)
            ),
            "sched_yield" => Function.FromCallback(instance.Store, () => (int)Preview1Error.None),
            _ => null,
        };

    private Preview1Error GetArguments(Preview1Memory memory, uint list, uint texts)
    {
        foreach (byte[] argument in wasi.Grants.Arguments)
        {
            memory.Write32(list, texts);
            list = memory.Next(list, Pointer);
            texts = memory.Write(memory.Write(texts, argument), [0]);
        }

        return Preview1Error.None;
    }

    private Preview1Error GetEnvironment(Preview1Memory memory, uint list, uint texts)
    {
        foreach ((byte[] name, byte[] value) in wasi.Grants.Environment)
        {
            memory.Write32(list, texts);
            list = memory.Next(list, Pointer);
            texts = memory.Write(memory.Write(memory.Write(texts, name), "="u8), value);
            texts = memory.Write(texts, [0]);
        }

        return Preview1Error.None;
    }

    private static Preview1Error AnswerSizes(Preview1Memory memory, uint count, int values, uint bytes, int length)
    {
        memory.Write32(count, (uint)values);
        memory.Write32(bytes, (uint)length);
        return Preview1Error.None;
    }

    private Preview1Error GetRandom(Preview1Memory memory, uint buffer, uint length)
    {
        if (length > MostRandom)
        {
            throw new GuestTrapException(
                $"it asked {memory.Function} for {length} bytes, and the most are {MostRandom}"
            );
        }

        Span<byte> room = memory.Room(buffer, length);
        long since = Stopwatch.GetTimestamp();
        while (!room.IsEmpty)
        {
            int run = Math.Min(room.Length, RandomRun);
            wasi.Grants.Random.Fill(room[..run]);
            room = room[run..];
            wasi.Spend(ref since);
        }

        return Preview1Error.None;
    }

    private static void Exit(uint code) =>
        throw new GuestExitException(
            code < FirstUnknownExit
                ? $"it ended itself: exit with code {code}"
                : $"it ended itself: exit with code {code}, which is none of WASI's (0 to {FirstUnknownExit - 1})",
            code
        );
}
