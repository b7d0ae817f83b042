using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Direct;
using FireAndForget.Guests.Instances;
using FireAndForget.Guests.Wasi;
using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using FireAndForget.Time;
using Wasmtime;
using Wasmtime.Components;
using HostMessaging = FireAndForget.Guests.Decoding.HostMessaging;
using MemoryLimits = FireAndForget.Guests.Decoding.MemoryLimits;
using ModuleNames = FireAndForget.Guests.Decoding.ModuleNames;

namespace FireAndForget.Guests.ComponentApi;

/// <summary>
/// An instance of a component that runs through Wasmtime's own component API, one call for each message. It answers as a
/// <see cref="DirectGuest"/> does.
/// </summary>
internal sealed partial class ComponentApiGuest : Guest, IRunning
{
    /// <summary>How many messages it takes out of its mailbox before they are settled.</summary>
    private const int MostOfBatch = 64;

    /// <summary>The most bytes of a message as a list: the component API describes each by 32 bytes, and counts them in 31 bits.</summary>
    private const int LargestList = (int.MaxValue / 32) - 1;

    [ThreadStatic]
    private static ComponentApiGuest? _current;

    private readonly IGuestHost _host;
    private readonly LimitOptions _limits;
    private readonly IReadOnlyList<ModuleNames> _names;
    private readonly Store _store;
    private readonly TimeBudget _budget = new();
    private readonly ComponentFunction? _handleMessage;
    private readonly ComponentFunction? _handleRequest;
    private readonly ComponentFunction? _handleReply;
    private readonly ComponentFunction? _handleTopic;
    private readonly (uint Sender, int Length, int Answer)[] _answers = new (uint, int, int)[MostOfBatch];

    /// <summary>Why messages of the batch were rejected; by their places.</summary>
    private readonly string[] _reasons = new string[MostOfBatch];
    private readonly bool _isLoading = true;
    private readonly bool _passesStrings;

    /// <summary>The largest message that can be handed over to the guest, in bytes.</summary>
    private readonly int _largestMessage;
    private ComponentValue? _selfId;

    /// <summary>The number of the message or reply that is being handled, by which the budget tells it from the one before.</summary>
    private long _message;

    /// <summary>How many messages of the batch have their answer.</summary>
    private int _answered;
    private long _ticksMet;
    private bool _endsTurn;
    private Outcome _interruption = Outcome.Trapped;

    public ComponentApiGuest(ComponentApiCode code, IGuestHost host, LimitOptions limits)
    {
        _host = host;
        _limits = limits;
        _names = code.Names;
        Clock = new(host.Wasi.Time);
        long eachMemory = MemoryLimits.ForEachMemory(code.Parts, limits);
        long eachTable = MemoryLimits.ForEachTable(code.Parts, limits);
        _passesStrings = code.PassesStrings;
        // A byte of the message becomes at most two bytes of a string in UTF-8, and the guard's memory needs room for them.
        _largestMessage = _passesStrings
            ? (int)Math.Min(LargestList, (Math.Max(eachMemory, GuestWorld.MemoryBytes) - GuestWorld.ReservedBytes) / 2)
            : LargestList;
        _store = new(code.Engine);
        ComponentApiGuest? before = _current;
        try
        {
            if (code.UsesWasi)
            {
                TakeFolders(host.Wasi.Options.Directories.Count);
                _store.SetWasiConfiguration(Grant(host.Wasi));
            }

            _store.SetEpochDeadlineCallback(_ => Tick(Stopwatch.GetTimestamp()));
            _store.SetEpochDeadline(1);
            _store.SetLimits(
                Math.Max(MemoryLimits.WhileInstantiating(code.Parts, eachMemory), code.AddedMemory),
                (uint)MemoryLimits.TablesWhileInstantiating(code.Parts, eachTable)
            );
            _current = this;
            ComponentInstance instance = code.InstantiateIn(_store);
            // The engine makes all parts in one call here, and looks whether to stop only while code of the guest runs.
            if (_host.IsAborting)
            {
                Interrupt(Outcome.Undeliverable);
            }

            _store.SetLimits(eachMemory, (uint)eachTable);
            _handleMessage = instance.GetFunction(HostMessaging.HandleMessage);
            _handleRequest = instance.GetFunction(HostMessaging.HandleRequest);
            _handleReply = instance.GetFunction(HostMessaging.HandleReply);
            _handleTopic = instance.GetFunction(HostMessaging.HandleTopic);
            _isLoading = false;
        }
        catch (WasmtimeException e)
        {
            Dispose();
            host.Report(e, _names);
            throw GuestErrors.NotInstantiated(_interruption, limits, ComponentApiErrors.Reason(e), e);
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
        finally
        {
            _current = before;
        }
    }

    /// <summary>
    /// The instance that runs on this thread. Host functions find their caller here, because they are defined once for all
    /// instances of a code.
    /// </summary>
    public static ComponentApiGuest Current => _current!;

    public WasiClock Clock { get; }

    public WasiRandom Random => _host.Wasi.Random;

    public WasiGrants Grants => _host.Wasi;

    /// <summary>The host's log, for the guest.</summary>
    public GuestLog Log => field ??= new(this, _host.Wasi);

    public override long TicksMet => _ticksMet;

    public long Running => _isLoading ? long.MinValue + 1 : _message;

    public ComponentValue SelfId => _selfId ??= ComponentValue.String(Encoding.UTF8.GetString(_host.SelfId));

    /// <summary>
    /// Begins the budget of the running message anew. The guard of a world calls it before it hands over a large message, because
    /// copying that was the host's work.
    /// </summary>
    public void BeginTime() => _message++;

    public override Delivery Deliver(Mailbox mailbox, int quota)
    {
        _answered = 0;
        _ticksMet = 0;
        _endsTurn = false;
        int most = Math.Min(quota, MostOfBatch);
        int rejected = 0;
        ComponentApiGuest? before = _current;
        _current = this;
        try
        {
            while (
                _answered < most
                && !_endsTurn
                && mailbox.TryPeek(_answered, out uint sender, out ReadOnlySpan<byte> message)
                // This is read after the mailbox: a message that was accepted after the replacement is for the new version.
                && !_host.IsReplaced
            )
            {
                // A sampled message is a batch of its own, so that what is observed is its handling alone.
                bool hasContext = MessageOrigin.HasContext(sender);
                if (hasContext && _answered != 0)
                {
                    break;
                }

                _message++;
                if (message.Length > _largestMessage)
                {
                    return new(_answered, rejected, TooLarge("message", message.Length));
                }

                bool isPlain = !hasContext && !MessageOrigin.HasTopic(sender);
                int answer = isPlain ? Handle(sender, message) : HandleOther(sender, message);
                _answers[_answered++] = (sender, message.Length, answer);
                rejected += answer;
                _endsTurn |= hasContext;
            }

            return new(_answered, rejected, null);
        }
        catch (WasmtimeException e)
        {
            return new(_answered, rejected, Fault(e));
        }
        finally
        {
            _current = before;
        }
    }

    public override int Answer(int index, out uint sender, out int length)
    {
        (sender, length, int answer) = _answers[index];
        return answer;
    }

    public override string Reason(int index) => _reasons[index];

    public override void Dispose()
    {
        _store.Dispose();
        _host.OpenFiles.GiveBack(_openFiles + _grantedFolders);
        (_openFiles, _grantedFolders) = (0, 0);
        lock (_writing)
        {
            _output?.Flush();
            _error?.Flush();
        }
    }

    private GuestFault Fault(WasmtimeException e)
    {
        _host.Report(e, _names);
        return GuestErrors.Fault(_interruption, _limits, ComponentApiErrors.Reason(e) + WhatItWrote);
    }

    /// <summary>Called by the engine at each epoch while this guest runs.</summary>
    private ulong Tick(long now)
    {
        _ticksMet++;
        bool over = _budget.Tick(Running, _isLoading ? _limits.LoadTimeout : _limits.MessageTimeout, now);
        // The first message of a batch may meet a tick that came while other guests ran; that tick does not end this guest's turn.
        _endsTurn |= _budget.IsLong || _answered != 0;
        if (over || _host.IsAborting)
        {
            Interrupt(over ? Outcome.TimedOut : Outcome.Undeliverable);
        }

        return 1;
    }

    [DoesNotReturn]
    private void Interrupt(Outcome interruption)
    {
        _interruption = interruption;
        throw new GuestTrapException("interrupted");
    }
}
