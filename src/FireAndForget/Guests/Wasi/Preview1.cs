using System.Text.Unicode;
using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>
/// WASI preview 1 for one instance of a core module, over what WASI 0.2 has here: the three standard streams, clocks, random bytes,
/// environment and arguments. There is no folder and no socket, so that no descriptor can be opened, only closed and renumbered.
/// Errors, traps and the order of checks are those of Wasmtime's own, with which tests compare each function.
/// </summary>
/// <remarks>
/// A guest's realloc may call any of them: they run no code of the guest. Arguments that are enumerations or flags trap where their
/// value has no meaning.
/// </remarks>
internal sealed partial class Preview1(WasiInstance wasi, IImportingInstance instance, CoreExport memory)
{
    /// <summary>The most bytes of lists, buffers and texts in one call; as many as Wasmtime's own takes.</summary>
    private const ulong MostBytes = 128 << 20;

    /// <summary>The most bytes of a path that is looked at.</summary>
    private const uint MostOfPath = 65536;

    private const uint MostClock = 3;
    private const uint MostWhence = 2;
    private const uint MostAdvice = 5;
    private const uint MostSignal = 30;
    private const uint DescriptorFlags = 0x1F;
    private const uint TimeFlags = 0xF;
    private const uint LookupFlags = 1;
    private const uint OpenFlags = 0xF;
    private const uint ReceiveFlags = 3;
    private const uint ShutdownFlags = 3;
    private const ulong Rights = (1 << 30) - 1;

    private GuestMemory? _memory;

    private delegate Preview1Error Body<T1>(Preview1Memory memory, T1 a);

    private delegate Preview1Error Body<T1, T2>(Preview1Memory memory, T1 a, T2 b);

    private delegate Preview1Error Body<T1, T2, T3>(Preview1Memory memory, T1 a, T2 b, T3 c);

    private delegate Preview1Error Body<T1, T2, T3, T4>(Preview1Memory memory, T1 a, T2 b, T3 c, T4 d);

    private delegate Preview1Error Body<T1, T2, T3, T4, T5>(Preview1Memory memory, T1 a, T2 b, T3 c, T4 d, T5 e);

    private delegate Preview1Error Body<T1, T2, T3, T4, T5, T6>(
        Preview1Memory memory,
        T1 a,
        T2 b,
        T3 c,
        T4 d,
        T5 e,
        T6 f
    );

    /// <summary>The function of that name.</summary>
    public Function Supply(string name) =>
        FindProcess(name)
        ?? FindClock(name)
        ?? FindStream(name)
        ?? FindDescriptor(name)
        ?? FindPath(name)
        ?? FindSocket(name)
        ?? throw new ComponentLoadException($"it needs {CoreImports.Preview1}.{name}, which this host does not offer.");

    private Function Of<T1>(string name, Body<T1> body)
        where T1 : struct =>
        Function.FromCallback(instance.Store, (Caller caller, T1 a) => (int)body(Enter(caller, name), a));

    private Function Of<T1, T2>(string name, Body<T1, T2> body)
        where T1 : struct
        where T2 : struct =>
        Function.FromCallback(instance.Store, (Caller caller, T1 a, T2 b) => (int)body(Enter(caller, name), a, b));

    private Function Of<T1, T2, T3>(string name, Body<T1, T2, T3> body)
        where T1 : struct
        where T2 : struct
        where T3 : struct =>
        Function.FromCallback(
            instance.Store,
            (Caller caller, T1 a, T2 b, T3 c) => (int)body(Enter(caller, name), a, b, c)
        );

    private Function Of<T1, T2, T3, T4>(string name, Body<T1, T2, T3, T4> body)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct =>
        Function.FromCallback(
            instance.Store,
            (Caller caller, T1 a, T2 b, T3 c, T4 d) => (int)body(Enter(caller, name), a, b, c, d)
        );

    private Function Of<T1, T2, T3, T4, T5>(string name, Body<T1, T2, T3, T4, T5> body)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct
        where T5 : struct =>
        Function.FromCallback(
            instance.Store,
            (Caller caller, T1 a, T2 b, T3 c, T4 d, T5 e) => (int)body(Enter(caller, name), a, b, c, d, e)
        );

    private Function Of<T1, T2, T3, T4, T5, T6>(string name, Body<T1, T2, T3, T4, T5, T6> body)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct
        where T5 : struct
        where T6 : struct =>
        Function.FromCallback(
            instance.Store,
            (Caller caller, T1 a, T2 b, T3 c, T4 d, T5 e, T6 f) => (int)body(Enter(caller, name), a, b, c, d, e, f)
        );

    private Preview1Memory Enter(Caller caller, string name) =>
        new(_memory ??= instance.MemoryOf(memory, caller), name);

    private static void CheckEnum(string function, int value, uint most) =>
        CheckFlags(function, (uint)value <= most, (uint)value);

    private static void CheckFlags(string function, int flags, uint known) =>
        CheckFlags(function, ((uint)flags & ~known) == 0, (uint)flags);

    private static void CheckFlags(string function, bool isKnown, ulong value)
    {
        if (!isKnown)
        {
            throw new GuestTrapException($"it called {function} with {value}, which has no meaning there");
        }
    }

    private static void CheckRights(string function, long rights) =>
        CheckFlags(function, ((ulong)rights & ~Rights) == 0, (ulong)rights);

    private Function? FindPath(string name) =>
        name switch
        {
            "path_create_directory" or "path_remove_directory" or "path_unlink_file" => Of(
                name,
                (Preview1Memory _, int _, int _, int _) => Preview1Error.BadDescriptor
            ),
            "path_filestat_get" => Of(
                name,
                (Preview1Memory _, int _, int flags, int _, int _, int _) =>
                {
                    CheckFlags(name, flags, LookupFlags);
                    return Preview1Error.BadDescriptor;
                }
            ),
            "path_filestat_set_times" => Function.FromCallback(
                instance.Store,
                (int _, int flags, int _, int _, long _, long _, int times) =>
                {
                    CheckFlags(name, flags, LookupFlags);
                    CheckFlags(name, times, TimeFlags);
                    return (int)(AreTimes(times) ? Preview1Error.BadDescriptor : Preview1Error.Invalid);
                }
            ),
            "path_link" => Function.FromCallback(
                instance.Store,
                (int _, int flags, int _, int _, int _, int _, int _) =>
                {
                    CheckFlags(name, flags, LookupFlags);
                    return (int)Preview1Error.BadDescriptor;
                }
            ),
            "path_open" => Function.FromCallback(
                instance.Store,
                (
                    Caller caller,
                    int _,
                    int lookup,
                    int path,
                    int length,
                    int open,
                    long rights,
                    long inherited,
                    int flags,
                    int _
                ) =>
                {
                    CheckFlags(name, lookup, LookupFlags);
                    CheckFlags(name, open, OpenFlags);
                    CheckRights(name, rights);
                    CheckRights(name, inherited);
                    CheckFlags(name, flags, DescriptorFlags);
                    return (int)Open(Enter(caller, name), (uint)path, (uint)length);
                }
            ),
            "path_readlink" => Of(
                name,
                (Preview1Memory _, int _, int _, int _, int _, int _, int _) => Preview1Error.BadDescriptor
            ),
            "path_rename" => Of(
                name,
                (Preview1Memory _, int _, int _, int _, int _, int _, int _) => Preview1Error.BadDescriptor
            ),
            "path_symlink" => Of(
                name,
                (Preview1Memory _, int _, int _, int _, int _, int _) => Preview1Error.BadDescriptor
            ),
            _ => null,
        };

    /// <summary>
    /// The only one that looks at the path before it finds that there is no folder; not at one that no system would take, because the
    /// guest's budget does not reach it meanwhile.
    /// </summary>
    private static Preview1Error Open(Preview1Memory memory, uint path, uint length)
    {
        if (length > MostBytes)
        {
            return Preview1Error.NoMemory;
        }

        ReadOnlySpan<byte> text = memory.Bytes(path, length);
        return length > MostOfPath || Utf8.IsValid(text) ? Preview1Error.BadDescriptor : Preview1Error.IllegalBytes;
    }

    /// <summary>Whether flags do not ask for a time to be set to a value and to now.</summary>
    private static bool AreTimes(int flags) => (flags & 3) != 3 && (flags & 12) != 12;

    private Function? FindSocket(string name) =>
        name switch
        {
            "sock_accept" => Of(
                name,
                (Preview1Memory _, int descriptor, int flags, int _) =>
                {
                    CheckFlags(name, flags, DescriptorFlags);
                    return NoSocket(descriptor);
                }
            ),
            "sock_recv" => Of(
                name,
                (Preview1Memory _, int descriptor, int _, int _, int flags, int _, int _) =>
                {
                    CheckFlags(name, flags, ReceiveFlags);
                    return NoSocket(descriptor);
                }
            ),
            "sock_send" => Of(
                name,
                (Preview1Memory _, int descriptor, int _, int _, int flags, int _) =>
                {
                    CheckEnum(name, flags, ushort.MaxValue);
                    return NoSocket(descriptor);
                }
            ),
            "sock_shutdown" => Of(
                name,
                (Preview1Memory _, int descriptor, int how) =>
                {
                    CheckFlags(name, how, ShutdownFlags);
                    return NoSocket(descriptor);
                }
            ),
            _ => null,
        };

    private Preview1Error NoSocket(int descriptor) =>
        StreamOf(descriptor) is null ? Preview1Error.BadDescriptor : Preview1Error.NoSocket;
}
