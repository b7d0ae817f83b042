using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>
/// The streams and futures of one instance, as the canonical ABI has them
/// (<see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md"/>). Nothing lies in a stream: values are
/// copied from end to end when the second one is used, and the first one waits until then. Where the host holds the other end, nobody waits.
/// </summary>
internal sealed class GuestChannels(WasiInstance wasi)
{
    private const int Blocked = -1;

    /// <summary>The function behind a built-in.</summary>
    public Function Supply(IImportingInstance instance, ChannelBuiltIn builtIn)
    {
        ChannelType type = builtIn.Type;
        LoweredCall call = new(instance, builtIn.Name, builtIn.Memory, null) { IsAsync = builtIn.IsAsync };
        return builtIn.Name[(type.Name.Length + 1)..] switch
        {
            "new" => Function.FromCallback(call.Store, () => Make(call, type)),
            "read" => CopyFunction(call, type, isWriter: false),
            "write" => CopyFunction(call, type, isWriter: true),
            "cancel-read" => Function.FromCallback(call.Store, (int end) => Cancel(call, type, end, isWriter: false)),
            "cancel-write" => Function.FromCallback(call.Store, (int end) => Cancel(call, type, end, isWriter: true)),
            "drop-readable" => Function.FromCallback(
                call.Store,
                (int end) =>
                {
                    Drop(call, type, end, isWriter: false);
                }
            ),
            "drop-writable" => Function.FromCallback(
                call.Store,
                (int end) =>
                {
                    Drop(call, type, end, isWriter: true);
                }
            ),
            _ => throw new InvalidOperationException($"{builtIn.Name} was planned, and is not there."),
        };
    }

    /// <summary>Gives the guest the readable end of what the host writes.</summary>
    public int Give(Channel channel) => wasi.Handles.Add(new ChannelEnd(channel, isWriter: false));

    /// <summary>Takes the readable end of a stream from the guest, and has what is written to it go to an output from now on.</summary>
    /// <param name="call">The function that the guest calls with it.</param>
    /// <param name="handle">The readable end.</param>
    /// <param name="output">The output.</param>
    /// <returns>The future that tells when the guest has dropped the writable end.</returns>
    public Channel Connect(LoweredCall call, int handle, WasiOutput output)
    {
        ChannelEnd end = wasi.Handles.EndOf(handle, call.Stream!, isWriter: false);
        CheckIsIdle(call, end, handle);
        if (wasi.Handles.IsInSet(handle))
        {
            throw new GuestTrapException($"it gave {call.Function} {end.Name} {handle}, which is in a waitable-set");
        }

        wasi.Handles.Remove(handle);
        Channel stream = end.Channel;
        Channel outcome = new(call.Future!);
        stream.Output = output;
        stream.Outcome = outcome;
        if (stream.IsDropped)
        {
            Succeed(outcome);
        }
        else if (stream.Waiting is { } writer)
        {
            Write(writer, output);
        }

        return outcome;
    }

    private Function CopyFunction(LoweredCall call, ChannelType type, bool isWriter) =>
        type.IsFuture
            ? Function.FromCallback(
                call.Store,
                (int end, int pointer) => Copy(call, type, end, isWriter, pointer, length: 1)
            )
            : Function.FromCallback(
                call.Store,
                (int end, int pointer, int length) => Copy(call, type, end, isWriter, pointer, length)
            );

    private long Make(LoweredCall call, ChannelType type)
    {
        call.Enter();
        Channel channel = new(type);
        long readable = wasi.Handles.Add(new ChannelEnd(channel, isWriter: false));
        long writable = wasi.Handles.Add(new ChannelEnd(channel, isWriter: true));
        return readable | (writable << 32);
    }

    private int Copy(LoweredCall call, ChannelType type, int handle, bool isWriter, int pointer, int length)
    {
        call.Enter();
        ChannelEnd end = wasi.Handles.EndOf(handle, type, isWriter);
        CheckIsIdle(call, end, handle);
        CheckMayWaitFor(call, end, handle);
        end.Begin(call, pointer, length);
        Meet(end);
        if (!end.IsReady)
        {
            if (call.IsAsync)
            {
                return Blocked;
            }

            wasi.Tasks.WaitForever(call.Function);
        }

        return end.Tell();
    }

    /// <summary>A copy begins at an end: what comes of it, where that is known already.</summary>
    private void Meet(ChannelEnd end)
    {
        Channel channel = end.Channel;
        if (channel.IsDropped)
        {
            Finish(end, CopyResult.Dropped);
        }
        else if (channel.Output is { } output)
        {
            Write(end, output);
        }
        else if (channel.HasSucceeded)
        {
            ReadSuccess(end);
        }
        else if (channel.Waiting is { } other)
        {
            Meet(end, other);
        }
        else
        {
            channel.Waiting = end;
        }
    }

    private void Meet(ChannelEnd end, ChannelEnd other)
    {
        Channel channel = end.Channel;
        if (!channel.Type.IsPlain)
        {
            throw new GuestTrapException(
                $"it used both ends of a {channel.Type.Name} of other values than numbers, which one component may not"
            );
        }

        bool hasBoth = end.Remaining != 0 && other.Remaining != 0;
        if (hasBoth)
        {
            ChannelEnd.Copy(end.IsWriter ? end : other, end.IsWriter ? other : end);
            Finish(other, CopyResult.Completed);
            // A stream's end goes on waiting for more, until the guest is told.
            channel.Waiting = channel.Type.IsFuture ? null : other;
        }

        bool areEmpty = end.IsWriter && end.Length == 0 && other.Length == 0;
        if (hasBoth || other.Remaining != 0 || areEmpty)
        {
            Finish(end, CopyResult.Completed);
        }
        else
        {
            // What waited has all, or asked for nothing but whether the other end is there; now this one waits.
            Finish(other, CopyResult.Completed);
            channel.Waiting = end;
        }
    }

    private int Cancel(LoweredCall call, ChannelType type, int handle, bool isWriter)
    {
        call.Enter();
        ChannelEnd end = wasi.Handles.EndOf(handle, type, isWriter);
        if (end.State != CopyState.Copying)
        {
            throw new GuestTrapException($"it called {call.Function} for {end.Name} {handle}, which does not copy");
        }

        CheckMayWaitFor(call, end, handle);
        if (!end.IsReady)
        {
            Finish(end, CopyResult.Cancelled);
        }

        return end.Tell();
    }

    private void Drop(LoweredCall call, ChannelType type, int handle, bool isWriter)
    {
        call.Enter();
        ChannelEnd end = wasi.Handles.EndOf(handle, type, isWriter);
        if (end.State == CopyState.Copying)
        {
            throw new GuestTrapException($"it dropped {end.Name} {handle} while it copies");
        }

        if (type.IsFuture && isWriter && end.State != CopyState.Done)
        {
            throw new GuestTrapException($"it dropped {end.Name} {handle} before its value was written");
        }

        wasi.Handles.Remove(handle);
        Channel channel = end.Channel;
        channel.IsDropped = true;
        if (channel.Waiting is { } other)
        {
            channel.Waiting = null;
            Finish(other, CopyResult.Dropped);
        }

        if (channel.Outcome is { } outcome)
        {
            Succeed(outcome);
        }
    }

    /// <summary>Takes of what the guest writes as much as may be written at once; it sees from the result how much that is.</summary>
    private void Write(ChannelEnd writer, WasiOutput output)
    {
        output.Write(writer.Next(Math.Min(writer.Remaining, WasiStreams.Permit)));
        Finish(writer, CopyResult.Completed);
    }

    private void Succeed(Channel future)
    {
        future.HasSucceeded = true;
        if (future.Waiting is { } reader)
        {
            future.Waiting = null;
            ReadSuccess(reader);
        }
    }

    /// <summary>Gives a guest the value of a future of the host: the first case of a result, which is success and holds nothing.</summary>
    private void ReadSuccess(ChannelEnd reader)
    {
        reader.Next(1)[0] = 0;
        Finish(reader, CopyResult.Completed);
    }

    // The instant at which it was known puts ends and timers of one set into an order.
    private void Finish(ChannelEnd end, CopyResult result) => end.Finish(result, wasi.Clock.Now);

    private static void CheckIsIdle(LoweredCall call, ChannelEnd end, int handle)
    {
        if (end.State != CopyState.Idle)
        {
            string why = end.State == CopyState.Copying ? "which copies already" : "which can only be dropped any more";
            throw new GuestTrapException($"it called {call.Function} for {end.Name} {handle}, {why}");
        }
    }

    private void CheckMayWaitFor(LoweredCall call, ChannelEnd end, int handle)
    {
        if (!call.IsAsync && wasi.Handles.IsInSet(handle))
        {
            throw new GuestTrapException(
                $"it called {call.Function} for {end.Name} {handle} and waits for it, which is in a waitable-set"
            );
        }
    }
}
