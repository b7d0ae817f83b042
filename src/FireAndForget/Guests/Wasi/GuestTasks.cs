using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>
/// The tasks of one instance, of which one runs at a time: what a handler runs from its call to its end, with the calls back in
/// between, as the canonical ABI has it
/// (<see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md"/>). Waiting is waiting here:
/// within the budget of the message, and no other message comes meanwhile.
/// </summary>
internal sealed class GuestTasks(WasiInstance wasi, IRunning guest)
{
    // What a function that is lifted with a callback answers, in the lowest four bits; the others are a waitable-set.
    private const int CodeBits = 4;
    private const int CodeMask = (1 << CodeBits) - 1;
    private const int Yield = 1;
    private const int Wait = 2;

    private const int SubtaskEvent = 1;

    // Of an end of a stream or future: this one and one more for a writable end, two more for a future.
    private const int StreamReadEvent = 2;
    private const int EventBytes = 8;

    // The states of a subtask.
    private const int Started = 1;
    private const int Returned = 2;
    private const int CancelledBeforeReturned = 4;

    private const int MostBackpressure = 0xFFFF;

    private readonly int[] _context = new int[2];

    /// <summary>What ran when the context was last used; see <see cref="IRunning.Running"/>.</summary>
    private long _contextOf;
    private int _backpressure;
    private TaskHandler? _running;
    private bool _hasReturned;

    /// <summary>A handler is about to be called.</summary>
    public void Begin(TaskHandler handler)
    {
        if (handler.MayWait && _backpressure != 0)
        {
            throw new GuestTrapException(
                "it has backpressure on while no task of it runs, so that none can ever start again"
            );
        }

        _running = handler;
        _hasReturned = false;
        // What realloc left there that gave room for the arguments.
        Array.Clear(_context);
    }

    /// <summary>What the function that is called back is told, after one answered that it has not ended.</summary>
    /// <param name="answer">The answer.</param>
    /// <returns>An event: its code in 4 bits, a handle in 28, and its state in 32.</returns>
    public long Next(int answer)
    {
        switch (answer & CodeMask)
        {
            case Yield:
                return 0;
            case Wait:
                (int code, int handle, int state) = WaitFor((int)((uint)answer >> CodeBits));
                return code + ((long)handle << CodeBits) + ((long)state << 32);
            default:
                throw new GuestTrapException(
                    $"{_running!.Handler} answered {answer & CodeMask}, which is none of exit (0), yield (1) and wait (2)"
                );
        }
    }

    /// <summary>
    /// The handler's task has ended. What it kept for itself is still there for post-return, and gone when the next message comes.
    /// </summary>
    public void End()
    {
        TaskHandler handler = _running!;
        _running = null;
        if (handler.Callback is not null && !_hasReturned)
        {
            throw new GuestTrapException($"{handler.Handler} ended without task.return");
        }
    }

    /// <summary>
    /// A realloc that the host calls within a task. To the canonical ABI each of its calls is a thread of its own: it begins with an
    /// empty context, and what it keeps there is not the task's. A guest may have the address of its stack there.
    /// </summary>
    public Func<int, int, int, int, int> WithOwnContext(Func<int, int, int, int, int> realloc) =>
        (old, oldSize, alignment, size) =>
        {
            (int first, int second) = (Context(0), Context(1));
            Array.Clear(_context);
            int pointer = realloc(old, oldSize, alignment, size);
            (_context[0], _context[1]) = (first, second);
            return pointer;
        };

    /// <summary>The task that runs returns a result.</summary>
    /// <returns>Which handler's it is.</returns>
    public TaskHandler Return(TaskResult result)
    {
        if (_running is not { Callback: not null } handler)
        {
            throw new GuestTrapException("it called task.return where no function that is lifted async runs");
        }

        if (_hasReturned)
        {
            throw new GuestTrapException($"{handler.Handler} called task.return twice");
        }

        _hasReturned = true;
        return handler;
    }

    /// <summary>Calls what takes until an instant, 0 where it is over at once: waits, or answers with a subtask.</summary>
    /// <returns>What a call answers that was lowered async.</returns>
    public int Call(LoweredCall call, ulong until)
    {
        if (until == 0)
        {
            return Returned;
        }

        if (call.IsAsync)
        {
            return Started | (wasi.Handles.Add(WasiHandleKind.Subtask, until) << CodeBits);
        }

        CheckMayWait(call.Function);
        WasiPoll.WaitUntil(wasi, until);
        return Returned;
    }

    /// <summary>Waits for what will never come: the budget ends it, or a trap where the guest may not wait.</summary>
    [DoesNotReturn]
    public void WaitForever(string function)
    {
        CheckMayWait(function);
        while (true)
        {
            WasiPoll.WaitUntil(wasi, ulong.MaxValue);
        }
    }

    /// <summary>The function behind a built-in.</summary>
    public Function Supply(IImportingInstance instance, TaskBuiltIn builtIn)
    {
        LoweredCall call = new(instance, builtIn.Name, builtIn.Memory, null);
        uint slot = builtIn.Slot;
        return builtIn.Name switch
        {
            "context.get" => Function.FromCallback(call.Store, () => Context(slot)),
            "context.set" => Function.FromCallback(
                call.Store,
                (int value) =>
                {
                    Context(slot) = value;
                }
            ),
            "backpressure.inc" => Function.FromCallback(call.Store, () => PressBack(1)),
            "backpressure.dec" => Function.FromCallback(call.Store, () => PressBack(-1)),
            "task.cancel" => Function.FromCallback(call.Store, () => Cancel(call)),
            "thread.yield" => Function.FromCallback(call.Store, () => Enter(call, 0)),
            "waitable-set.new" => Function.FromCallback(
                call.Store,
                () =>
                {
                    call.Enter();
                    return wasi.Handles.Add(WasiHandleKind.WaitableSet);
                }
            ),
            "waitable-set.wait" => Function.FromCallback(
                call.Store,
                (int set, int at) => Take(call, set, at, waits: true)
            ),
            "waitable-set.poll" => Function.FromCallback(
                call.Store,
                (int set, int at) => Take(call, set, at, waits: false)
            ),
            "waitable-set.drop" => Function.FromCallback(
                call.Store,
                (int set) =>
                {
                    call.Enter();
                    wasi.Handles.Drop(set, WasiHandleKind.WaitableSet);
                }
            ),
            "waitable.join" => Function.FromCallback(
                call.Store,
                (int waitable, int set) =>
                {
                    call.Enter();
                    wasi.Handles.Join(waitable, set);
                }
            ),
            "subtask.drop" => Function.FromCallback(
                call.Store,
                (int subtask) =>
                {
                    call.Enter();
                    wasi.Handles.DropSubtask(subtask);
                }
            ),
            "subtask.cancel" => Function.FromCallback(
                call.Store,
                (int subtask) =>
                {
                    call.Enter();
                    ulong end = wasi.Handles.BeginCancel(subtask, waits: !builtIn.IsAsync);
                    return end <= wasi.Clock.Now ? Returned : CancelledBeforeReturned;
                }
            ),
            _ => throw new InvalidOperationException($"{builtIn.Name} was planned, and is not there."),
        };
    }

    /// <summary>A slot of the context, which is empty where something else runs than when it was last used.</summary>
    private ref int Context(uint slot)
    {
        long running = guest.Running;
        if (running != _contextOf)
        {
            _contextOf = running;
            Array.Clear(_context);
        }

        return ref _context[slot];
    }

    private static int Enter(LoweredCall call, int answer)
    {
        call.Enter();
        return answer;
    }

    private static void Cancel(LoweredCall call)
    {
        call.Enter();
        throw new GuestTrapException("it called task.cancel, and nobody cancelled it");
    }

    private void PressBack(int more)
    {
        _backpressure += more;
        if (_backpressure is < 0 or > MostBackpressure)
        {
            throw new GuestTrapException(
                more < 0
                    ? "it called backpressure.dec more often than backpressure.inc"
                    : $"it called backpressure.inc more than {MostBackpressure} times"
            );
        }
    }

    /// <summary>Writes an event of a set to the guest's memory, and answers with its code.</summary>
    private int Take(LoweredCall call, int set, int at, bool waits)
    {
        call.Enter();
        (int handle, ulong instant) = wasi.Handles.FirstOf(set);
        bool isReady = handle != 0 && instant <= wasi.Clock.Now;
        if (!isReady && waits)
        {
            CheckMayWait(call.Function);
        }

        (int code, int first, int second) = isReady || waits ? WaitFor(set) : default;
        Span<byte> payload = call.Answer(at, EventBytes, sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(payload, first);
        BinaryPrimitives.WriteInt32LittleEndian(payload[sizeof(int)..], second);
        return code;
    }

    private void CheckMayWait(string function)
    {
        if (_running is not { MayWait: true })
        {
            throw new GuestTrapException(
                _running is null
                    ? $"it waited in {function} while none of its handlers ran"
                    : $"{_running.Handler} waited in {function}, and its type is not that of an async function"
            );
        }
    }

    /// <summary>Waits for the first event of a set. Where none will ever come the budget ends it.</summary>
    private (int Code, int Handle, int State) WaitFor(int set)
    {
        (int handle, ulong instant) = wasi.Handles.FirstOf(set);
        do
        {
            WasiPoll.WaitUntil(wasi, instant);
        } while (handle == 0);

        if (wasi.Handles.EndOf(handle) is { } end)
        {
            int code = StreamReadEvent + (end.Channel.Type.IsFuture ? 2 : 0) + (end.IsWriter ? 1 : 0);
            return (code, handle, end.Tell());
        }

        wasi.Handles.End(handle);
        return (SubtaskEvent, handle, Returned);
    }
}
