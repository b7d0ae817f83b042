using System.Diagnostics;
using FireAndForget.Buffers;
using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using FireAndForget.Guests.Instances;
using FireAndForget.Guests.Wasi;
using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using FireAndForget.Time;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// An instance of a guest that runs through the core API: its store, its modules wired by the plan, the host's functions where
/// they were lowered, and the courier beside it.
/// </summary>
internal sealed partial class DirectGuest : Guest, IImportingInstance
{
    /// <summary>An epoch's tick, as <see cref="Stopwatch"/> counts.</summary>
    private static readonly long TickLength = Stopwatch.Frequency * EpochTicker.Tick.Ticks / TimeSpan.TicksPerSecond;

    /// <summary>How many cache lines of the guest's host a delivery reads.</summary>
    private const int FetchedLinesOfHost = 2;

    /// <summary>
    /// Messages mostly lie in the guest's memory where those before them lay, so the place is read after one batch of every 16
    /// only.
    /// </summary>
    private const uint BatchesOfLook = 15;

    private readonly IGuestHost _host;
    private readonly object _senders;
    private readonly LimitOptions _limits;
    private readonly DirectPlan _plan;
    private readonly IReadOnlyList<ModuleNames> _names;
    private readonly Store _store;
    private readonly TimeBudget _budget = new();
    private readonly Dictionary<CoreExport, GuestMemory> _memories = [];

    /// <summary>
    /// What was supplied to imports, by the item of the plan: many imports mean the same item, which is made once.
    /// </summary>
    private readonly Dictionary<CoreItem, object> _supplied = [];
    private readonly List<Instance> _instances = [];
    private readonly GuestMemory _memory;
    private readonly GuestFunctions _functions;
    private readonly NativeFunction _deliver;
    private readonly CallPlaces _places;
    private readonly NativeFunction _ask;
    private readonly NativeFunction _reply;
    private readonly TrayMemory _trays;
    private readonly TaskModules _taskModules;

    /// <summary>The tray of the thread that has this guest, from its last delivery on.</summary>
    private Tray _tray = null!;

    /// <summary>The greatest answer in range, as an unsigned number: 1 for a result's discriminant, anything for a core module.</summary>
    private readonly int _greatestAnswer;
    private readonly bool _handlesMessages;

    /// <summary>Whether the courier delivers each of its messages that has no context.</summary>
    private readonly bool _isPlain;

    /// <summary>Why messages of the batch were rejected, where the guest says so; by their places.</summary>
    private string[] _reasons = [];
    private uint _batch;

    /// <summary>
    /// Where a message of a recent batch lay in the guest's memory: the next one most likely lies there too, and the place is
    /// prefetched.
    /// </summary>
    private nint _touched;
    private long _ticksMet;
    private long _ticksAtLastDelivery;
    private WasiInstance? _wasi;
    private readonly bool _isLoading = true;
    private bool _mayNotLeaveWhileLoading;

    /// <summary>The function that runs before all else while it runs, for the text of an error; null where none runs.</summary>
    private string? _initializing;

    /// <summary>Whether the last delivery was of a single message that the host delivered itself, or of a reply.</summary>
    private bool _isAlone;
    private int _aloneAnswer;
    private uint _aloneSender;
    private int _aloneLength;
    private string _aloneReason = "";

    /// <summary>The number of the reply that is being delivered; 0: none is.</summary>
    private long _replyNumber;
    private Outcome _interruption = Outcome.Trapped;

    public DirectGuest(DirectCode code, IGuestHost host, LimitOptions limits)
    {
        _host = host;
        _senders = host.Senders;
        _limits = limits;
        _plan = code.Plan;
        _names = code.Names;
        _taskModules = code.Courier.Tasks;
        _greatestAnswer = _plan.IsComponent ? 1 : -1;
        _handlesMessages = _plan.HandlesMessages;
        _isPlain = _handlesMessages && _plan.TopicHandler is null;
        GuestParts parts = _plan.Parts;
        long eachMemory = MemoryLimits.ForEachMemory(parts, limits);
        uint eachTable = (uint)MemoryLimits.ForEachTable(parts, limits);
        _store = new(code.Engine);
        StoreCaches.Shrink(_store);
        try
        {
            _store.SetEpochDeadlineCallback(_ => Tick(Stopwatch.GetTimestamp()));
            _store.SetEpochDeadline(1);
            long since = Stopwatch.GetTimestamp();
            foreach (PlannedInstance planned in _plan.Instances)
            {
                PlannedModule module = _plan.Modules[planned.Module];
                _store.SetLimits(
                    MemoryLimits.WhileInstantiating(module, eachMemory),
                    (uint)MemoryLimits.TablesWhileInstantiating(module, eachTable)
                );
                Module compiled = code.Modules[planned.Module];
                object[] imports = new object[planned.Imports.Count];
                for (int i = 0; i < imports.Length; i++)
                {
                    imports[i] = SupplyTo(compiled, i, planned.Imports[i], ref since);
                }

                _instances.Add(new Instance(_store, compiled, imports));
                LookAtBudget(ref since);
            }

            _store.SetLimits(eachMemory, eachTable);
            if (_plan.Initialize is { } initialize)
            {
                Initialize(initialize);
            }

            _memory = MemoryOf(_plan.Memory);
            _functions = new(_store, _plan, FunctionOf);
            _trays = code.Courier.Trays;
            (_deliver, _ask, _reply) = code.Courier.InstantiateFor(
                _store,
                (Memory)Export(_plan.Memory),
                FunctionOf(_plan.Realloc),
                FunctionOf(_plan.HandleMessage),
                _plan.PostReturn is null ? null : FunctionOf(_plan.PostReturn),
                _plan.GivesReasons ? Function.FromCallback(_store, (int result) => TakeReason(result)) : null,
                _plan.Responder is null ? null : FunctionOf(_plan.Responder.Function),
                _plan.ReplyHandler is null ? null : FunctionOf(_plan.ReplyHandler.Function)
            );
            _places = new(_deliver, _functions.Realloc, _functions.HandleMessage);
            _isLoading = false;
        }
        catch (WasmtimeException e)
        {
            bool isStart = _initializing is not null && _plan.IsCommand && e.InnerException is not GuestTrapException;
            string? written = isStart ? _wasi?.Error.AsReason : Written(e);
            Dispose();
            host.Report(e, _names);
            string where = _initializing is null ? "" : $"in {_initializing}: ";
            string advice = isStart ? ". Without a main build it as a reactor (clang's -mexec-model=reactor)" : "";
            throw GuestErrors.NotInstantiated(
                _interruption,
                limits,
                where + GuestErrors.Reason(e) + written + advice,
                e
            );
        }
        catch (GuestTrapException e)
        {
            Dispose();
            throw GuestErrors.NotInstantiated(_interruption, limits, e.Message, e);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override long MemoryBytes => _memory.Length;

    public override long TicksMet => _ticksMet;

    public override Delivery Deliver(Mailbox mailbox, int quota)
    {
        _ticksMet = 0;
        Tray tray = _trays.OfThisThread;
        if (tray != _tray)
        {
            _tray = tray;
        }

        Span<MessageSlot> slots = tray.Slots;
        int count = mailbox.CopyRun(slots[..Math.Min(quota, slots.Length)], tray.Bytes, out uint start);
        if (count == 0)
        {
            return DeliverAlone(mailbox);
        }

        // This is read after the run was copied. A message that was accepted after a replacement is for the new version. And where
        // a number has gone to another id, the version of senders grew before any message with that number came.
        BatchConditions conditions = _host.Conditions;
        if (conditions.IsReplaced)
        {
            return default;
        }

        SkipEarlierTicks(conditions.Ticks);
        _isAlone = false;
        _batch++;
        count = _isPlain ? count : CountForCourier(slots[..count]);
        if (count != 0)
        {
            count = tray.Begin(slots[..count], _host, _senders, conditions.SenderVersion);
        }

        if (count == 0)
        {
            uint origin = slots[0].Sender;
            if (GoesAlone(origin))
            {
                return _ask.Exists && IsRequest(origin)
                    ? Ask(tray, origin, (int)slots[0].Length, (int)start)
                    : DeliverAlone(mailbox);
            }

            tray.BeginWithContext(origin, _host);
            count = 1;
        }

        try
        {
            int rejected = _deliver.Call(tray.Offset, count, (int)start, _greatestAnswer);
            if ((_batch & BatchesOfLook) == 1)
            {
                _touched = _memory.AddressOf(tray.LastMessage);
            }

            return new(tray.Cursor, rejected, null);
        }
        catch (WasmtimeException e)
        {
            int answered = tray.Cursor;
            return new(answered, CountRejected(answered), Fault(e));
        }
    }

    public override int Answer(int index, out uint sender, out int length)
    {
        if (_isAlone)
        {
            sender = _aloneSender;
            length = _aloneLength;
            return _aloneAnswer;
        }

        ref MessageSlot slot = ref _tray.Slots[index];
        sender = slot.Sender;
        length = (int)slot.Length;
        return (int)slot.Sequence;
    }

    public override string Reason(int index) =>
        _isAlone ? _aloneReason
        : _reasons.Length != 0 ? _reasons[index]
        : "";

    public override void FetchInstance()
    {
        CacheLines.FetchObject(_host, FetchedLinesOfHost);
        _places.Fetch();
    }

    public override unsafe void FetchMemory() => CacheLines.Fetch((void*)_touched);

    public override void Dispose()
    {
        _wasi?.Flush();
        _store.Dispose();
    }

    Store IImportingInstance.Store => _store;

    long IRunning.Running => _isLoading ? long.MinValue + 1 : Running;

    /// <summary>
    /// The number of the message that is being handled, which no other message has: the batch, and the place in it.
    /// </summary>
    private long Running => ((long)_batch << 32) | (_isAlone ? uint.MaxValue : (uint)_tray.Cursor);

    GuestMemory IImportingInstance.MemoryOf(CoreExport export) => MemoryOf(export);

    GuestMemory IImportingInstance.MemoryOf(CoreExport export, Caller caller) => MemoryOf(export, caller);

    Func<int, int, int, int, int> IImportingInstance.ReallocOf(CoreExport export) => ReallocOf(export);

    void IImportingInstance.RefuseWhereNotAllowed(string import) => RefuseWhereNotAllowed(import);

    void IImportingInstance.SetMayLeave(bool may) => SetMayLeave(may);

    /// <summary>Runs what a core module runs before all else; a command may end that by exiting with success.</summary>
    private void Initialize(CoreExport function)
    {
        _initializing = function.Name;
        try
        {
            FunctionOf(function).WrapAction()!();
        }
        catch (WasmtimeException e) when (_plan.IsCommand && e.InnerException is GuestExitException { Code: 0 })
        {
            // A command has ended its start with success, and the instance can be used.
        }

        _initializing = null;
    }

    /// <summary>Notes why a message of the batch is rejected, before the guest may use the room of the text again.</summary>
    private void TakeReason(int result) => NoteReason(RejectionText.Of(ListOf(result, TheText)));

    private void NoteReason(string reason)
    {
        if (_reasons.Length == 0)
        {
            _reasons = new string[TrayLayout.MaxSlots];
        }

        _reasons[_tray.Cursor] = reason;
    }

    private int CountRejected(int answered)
    {
        int rejected = 0;
        foreach (MessageSlot slot in _tray.Slots[..answered])
        {
            rejected += slot.Sequence == 0 ? 0 : 1;
        }

        return rejected;
    }

    private GuestFault Fault(WasmtimeException e)
    {
        _host.Report(e, _names);
        return GuestErrors.Fault(_interruption, _limits, GuestErrors.Reason(e) + Written(e));
    }

    /// <summary>What a guest that can write has written about its end, as it stands behind the error's own reason.</summary>
    private string? Written(WasmtimeException e) =>
        _wasi?.Error.AsReason is { Length: 0 } && e is TrapException { Type: TrapCode.Unreachable }
            ? GuestErrors.NothingWritten
            : _wasi?.Error.AsReason;
}
