using System.Diagnostics;
using FireAndForget.Guests.Calls;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>Descriptors, which are those of the standard streams.</summary>
internal sealed partial class Preview1
{
    private const int StandardInput = 0;
    private const int StandardError = 2;

    private const ulong RightToRead = 1 << 1;
    private const ulong RightToWrite = 1 << 6;
    private const uint IoVector = 8;

    /// <summary>Which stream each descriptor is; null: it was closed.</summary>
    private readonly int?[] _descriptors = [StandardInput, 1, StandardError];

    private int? StreamOf(int descriptor) =>
        (uint)descriptor < (uint)_descriptors.Length ? _descriptors[descriptor] : null;

    private Function? FindStream(string name)
    {
        bool isWrite = name is "fd_write" or "fd_pwrite";
        return name switch
        {
            "fd_read" or "fd_write" => Of(
                name,
                (Preview1Memory memory, int descriptor, int vectors, int count, int answer) =>
                    Transfer(memory, descriptor, vectors, count, answer, isWrite, hasOffset: false)
            ),
            "fd_pread" or "fd_pwrite" => Of(
                name,
                (Preview1Memory memory, int descriptor, int vectors, int count, long _, int answer) =>
                    Transfer(memory, descriptor, vectors, count, answer, isWrite, hasOffset: true)
            ),
            _ => null,
        };
    }

    private Function? FindDescriptor(string name) =>
        name switch
        {
            "fd_close" => Of(name, (Preview1Memory _, int descriptor) => Close(descriptor)),
            "fd_renumber" => Of(name, (Preview1Memory _, int from, int to) => Renumber(from, to)),
            "fd_fdstat_get" => Of(
                name,
                (Preview1Memory memory, int descriptor, int answer) => GetState(memory, descriptor, (uint)answer)
            ),
            "fd_filestat_get" => Of(
                name,
                (Preview1Memory memory, int descriptor, int answer) => GetFileState(memory, descriptor, (uint)answer)
            ),
            "fd_seek" => Of(
                name,
                (Preview1Memory _, int descriptor, long _, int whence, int _) =>
                {
                    CheckEnum(name, whence, MostWhence);
                    return NotSeekable(descriptor);
                }
            ),
            "fd_tell" => Of(name, (Preview1Memory _, int descriptor, int _) => NotSeekable(descriptor)),
            "fd_prestat_dir_name" => Of(
                name,
                (Preview1Memory _, int descriptor, int _, int _) =>
                    StreamOf(descriptor) is null ? Preview1Error.BadDescriptor : Preview1Error.NoDirectory
            ),
            _ => FindOfFiles(name),
        };

    /// <summary>The functions for files and folders alone: as there are none, no descriptor fits.</summary>
    private Function? FindOfFiles(string name) =>
        name switch
        {
            "fd_datasync" or "fd_sync" => Of(name, (Preview1Memory _, int _) => Preview1Error.BadDescriptor),
            "fd_prestat_get" => Of(name, (Preview1Memory _, int _, int _) => Preview1Error.BadDescriptor),
            "fd_filestat_set_size" => Of(name, (Preview1Memory _, int _, long _) => Preview1Error.BadDescriptor),
            "fd_allocate" => Of(name, (Preview1Memory _, int _, long _, long _) => Preview1Error.BadDescriptor),
            "fd_readdir" => Of(
                name,
                (Preview1Memory _, int _, int _, int _, long _, int _) => Preview1Error.BadDescriptor
            ),
            "fd_advise" => Of(
                name,
                (Preview1Memory _, int _, long _, long _, int advice) =>
                {
                    CheckEnum(name, advice, MostAdvice);
                    return Preview1Error.BadDescriptor;
                }
            ),
            "fd_fdstat_set_flags" => Of(
                name,
                (Preview1Memory _, int _, int flags) =>
                {
                    CheckFlags(name, flags, DescriptorFlags);
                    return Preview1Error.BadDescriptor;
                }
            ),
            "fd_fdstat_set_rights" => Of(
                name,
                (Preview1Memory _, int _, long rights, long inherited) =>
                {
                    CheckRights(name, rights);
                    CheckRights(name, inherited);
                    return Preview1Error.BadDescriptor;
                }
            ),
            "fd_filestat_set_times" => Of(
                name,
                (Preview1Memory _, int _, long _, long _, int flags) =>
                {
                    CheckFlags(name, flags, TimeFlags);
                    return AreTimes(flags) ? Preview1Error.BadDescriptor : Preview1Error.Invalid;
                }
            ),
            _ => null,
        };

    private Preview1Error Close(int descriptor)
    {
        if (StreamOf(descriptor) is null)
        {
            return Preview1Error.BadDescriptor;
        }

        _descriptors[descriptor] = null;
        return Preview1Error.None;
    }

    private Preview1Error Renumber(int from, int to)
    {
        if (StreamOf(from) is not { } stream || StreamOf(to) is null)
        {
            return Preview1Error.BadDescriptor;
        }

        _descriptors[from] = null;
        _descriptors[to] = stream;
        return Preview1Error.None;
    }

    private Preview1Error GetState(Preview1Memory memory, int descriptor, uint answer)
    {
        if (StreamOf(descriptor) is not { } stream)
        {
            return Preview1Error.BadDescriptor;
        }

        ulong rights = stream == StandardInput ? RightToRead : RightToWrite;
        memory.Write8(answer, 0);
        memory.Write16(memory.Next(answer, 2), 0);
        memory.Write64(memory.Next(answer, 8), rights);
        memory.Write64(memory.Next(answer, 16), rights);
        return Preview1Error.None;
    }

    /// <summary>Answers with zeroes, because nothing is known of a stream; the padding between the parts stays as it is.</summary>
    private Preview1Error GetFileState(Preview1Memory memory, int descriptor, uint answer)
    {
        if (StreamOf(descriptor) is null)
        {
            return Preview1Error.BadDescriptor;
        }

        memory.Write8(memory.Next(answer, 16), 0);
        foreach (uint part in (ReadOnlySpan<uint>)[0, 8, 24, 32, 40, 48, 56])
        {
            memory.Write64(memory.Next(answer, part), 0);
        }

        return Preview1Error.None;
    }

    private Preview1Error NotSeekable(int descriptor) =>
        StreamOf(descriptor) is null ? Preview1Error.BadDescriptor : Preview1Error.NotSeekable;

    /// <summary>
    /// Reads or writes the first buffer that is not empty. WASI allows that: a guest with more buffers calls again.
    /// </summary>
    private Preview1Error Transfer(
        Preview1Memory memory,
        int descriptor,
        int vectors,
        int count,
        int answer,
        bool isWrite,
        bool hasOffset
    )
    {
        Preview1Error error = FirstBuffer(memory, (uint)vectors, (uint)count, out uint buffer, out uint length);
        if (error != Preview1Error.None)
        {
            return error;
        }

        if (StreamOf(descriptor) is not { } stream || stream == StandardInput == isWrite)
        {
            return Preview1Error.BadDescriptor;
        }

        if (hasOffset)
        {
            return Preview1Error.NotSeekable;
        }

        if (isWrite)
        {
            (stream == StandardError ? wasi.Error : wasi.Output).Write(memory.Bytes(buffer, length));
        }
        else
        {
            // Standard input is at its end.
            length = 0;
        }

        memory.Write32((uint)answer, length);
        return Preview1Error.None;
    }

    /// <summary>The first buffer of a list that is not empty; an empty one at 0 where none is.</summary>
    private Preview1Error FirstBuffer(Preview1Memory memory, uint vectors, uint count, out uint buffer, out uint length)
    {
        (buffer, length) = (0, 0);
        ulong listed = (ulong)count * IoVector;
        if (listed > MostBytes)
        {
            return Preview1Error.NoMemory;
        }

        long since = Stopwatch.GetTimestamp();
        for (uint i = 0; i < count; i++)
        {
            uint vector = memory.Next(vectors, (ulong)i * IoVector);
            buffer = memory.Read32(vector);
            length = memory.Read32(memory.Next(vector, sizeof(uint)));
            if (length != 0)
            {
                return listed + length > MostBytes ? Preview1Error.NoMemory : Preview1Error.None;
            }

            if (i % Run == Run - 1)
            {
                wasi.Spend(ref since);
            }
        }

        buffer = 0;
        return Preview1Error.None;
    }
}
