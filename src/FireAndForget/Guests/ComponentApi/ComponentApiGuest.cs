using System.Buffers;
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

    /// <summary>The statuses as the numbers that the guard of a world gets, each made once.</summary>
    private static readonly ComponentValue[] Statuses =
    [
        .. Enumerable.Range(0, HostMessaging.SendErrorType.Labels.Count + 1).Select(n => ComponentValue.U8((byte)n)),
    ];

    private static readonly ComponentValue[] Failures =
    [
        .. HostMessaging.FailureType.Labels.Select(name => ComponentValue.Err(ComponentValue.Enum(name))),
    ];

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
    private readonly ByteList _bytes = new();
    private readonly ComponentValue[] _arguments = new ComponentValue[2];
    private readonly (uint Sender, int Length, int Answer)[] _answers = new (uint, int, int)[MostOfBatch];

    /// <summary>Why messages of the batch were rejected; by their places.</summary>
    private readonly string[] _reasons = new string[MostOfBatch];
    private readonly bool _isLoading = true;

    /// <summary>Held where output is written: Wasmtime does that on threads of its own, for each stream that the guest took.</summary>
    private readonly Lock _writing = new();
    private WasiOutput? _output;
    private WasiOutput? _error;
    private uint? _sender;
    private ComponentValue? _selfId;
    private readonly bool _passesStrings;
    private readonly int _largestMessage;
    private int _grantedFolders;
    private int _openFiles;
    private long _message;
    private int _answered;

    /// <summary>The number of the reply that is being delivered; 0: none is.</summary>
    private long _replyNumber;
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
        // As a string in UTF-8 a byte is two at most, for which there has to be room in the guard's memory.
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
            // The engine, which makes all parts at once here, asks only while code of the guest runs.
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
    /// As <see cref="Send"/>, with a target and a message as strings, each character of which is a byte.
    /// </summary>
    public ComponentValue SendStrings(string target, string message)
    {
        RefuseWhileLoading(HostMessaging.Send);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(target.Length + message.Length);
        try
        {
            Encoding.Latin1.GetBytes(target, buffer);
            Encoding.Latin1.GetBytes(message, buffer.AsSpan(target.Length));
            // The component API has checked that the target is UTF-8.
            ReadOnlySpan<byte> bytes = buffer;
            return Statuses[(int)_host.Send(bytes[..target.Length], bytes.Slice(target.Length, message.Length))!.Value];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The guest's time begins only now: what went before was the host's work.</summary>
    public void BeginTime() => _message++;

    /// <summary>Whether the guest may open one more file.</summary>
    public bool TryTakeFile()
    {
        bool may = _openFiles < _limits.OpenFiles && _host.OpenFiles.TryTake(1);
        _openFiles += may ? 1 : 0;
        return may;
    }

    /// <summary>The guest closed a file.</summary>
    public void GiveBackFile()
    {
        _openFiles--;
        _host.OpenFiles.GiveBack(1);
    }

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

    public override Delivery DeliverReply(GuestReply reply)
    {
        _ticksMet = 0;
        _endsTurn = false;
        _answered = 0;
        _message++;
        if (_handleReply is null)
        {
            _reasons[0] = GuestErrors.NoReplies;
            return new(1, 1, null);
        }

        if (reply.Answer.Length > LargestList)
        {
            return new(0, 0, TooLarge("reply", reply.Answer.Length));
        }

        ComponentApiGuest? before = _current;
        _current = this;
        _replyNumber = reply.Number;
        try
        {
            _bytes.Set(reply.Answer);
            _handleReply.Call(
                ComponentValue.U64(reply.Request),
                reply.Outcome == ReplyOutcome.Handled
                    ? ComponentValue.Ok(ComponentValue.List(_bytes))
                    : Failures[(int)reply.Outcome - 1]
            );
            return new(1, 0, null);
        }
        catch (WasmtimeException e)
        {
            return new(0, 0, Fault(e));
        }
        finally
        {
            _current = before;
            _replyNumber = 0;
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

    private GuestFault TooLarge(string what, int length) =>
        new(
            Outcome.Trapped,
            $"a {what} of {length} bytes is more than the component API can hand over to it, {_largestMessage}"
        );

    /// <summary>As <see cref="Handle"/>, of a message that may be a request, or published under a topic.</summary>
    private int HandleOther(uint origin, ReadOnlySpan<byte> message)
    {
        if (!MessageOrigin.HasContext(origin) || !_host.IsRequest(origin))
        {
            return MessageOrigin.HasTopic(origin) && _handleTopic is not null
                ? HandlePublished(_host.TopicOf(origin), origin, message)
                : Handle(origin, message);
        }

        if (_handleRequest is not null)
        {
            return AnswerTo(origin, message);
        }

        // The handling begins here for who observes it, also where there is no handler.
        _ = _host.IdOf(origin);
        _reasons[_answered] = GuestErrors.NoRequests;
        return 1;
    }

    /// <summary>Calls <c>handle-topic</c>: 0 where it handled the message, 1 where it rejected it.</summary>
    private int HandlePublished(ReadOnlySpan<byte> topic, uint origin, ReadOnlySpan<byte> message)
    {
        _bytes.Set(message);
        ComponentValue result = _handleTopic!.Call(
            ComponentValue.String(Encoding.UTF8.GetString(topic)),
            ComponentValue.String(Encoding.UTF8.GetString(_host.IdOf(origin))),
            ComponentValue.List(_bytes)
        )!;
        if (result.IsOk)
        {
            return 0;
        }

        string text = RejectionText.Of(result.Payload!.AsString());
        _reasons[_answered] = text.Length == 0 ? GuestErrors.Unreasoned(HostMessaging.HandleTopic) : text;
        return 1;
    }

    /// <summary>Calls <c>handle-request</c>: 0 where it answered the request, 1 where it is rejected.</summary>
    private int AnswerTo(uint sender, ReadOnlySpan<byte> message)
    {
        _bytes.Set(message);
        ComponentValue result = _handleRequest!.Call(
            ComponentValue.String(Encoding.UTF8.GetString(_host.IdOf(sender))),
            ComponentValue.List(_bytes)
        )!;
        string? rejection;
        if (result.IsOk)
        {
            IReadOnlyList<ComponentValue> values = result.Payload!.AsList();
            byte[] answer = ArrayPool<byte>.Shared.Rent(values.Count);
            for (int i = 0; i < values.Count; i++)
            {
                answer[i] = values[i].AsU8();
            }

            rejection = _host.Answer(sender, answer.AsSpan(0, values.Count));
            ArrayPool<byte>.Shared.Return(answer);
        }
        else
        {
            string text = RejectionText.Of(result.Payload!.AsString());
            rejection = text.Length == 0 ? GuestErrors.Unreasoned(HostMessaging.HandleRequest) : text;
        }

        _reasons[_answered] = rejection ?? "";
        return rejection is null ? 0 : 1;
    }

    /// <summary>Calls <c>handle-message</c>: 0 where it handled the message, 1 where it rejected it.</summary>
    private int Handle(uint sender, ReadOnlySpan<byte> message)
    {
        if (_sender != sender || MessageOrigin.HasContext(sender))
        {
            _arguments[0] = ComponentValue.String(Encoding.UTF8.GetString(_host.IdOf(sender)));
            _sender = sender;
        }

        if (_handleMessage is null)
        {
            _reasons[_answered] = GuestErrors.NoMessages;
            return 1;
        }

        if (_passesStrings)
        {
            _arguments[1] = ComponentValue.String(Encoding.Latin1.GetString(message));
        }
        else
        {
            _bytes.Set(message);
            _arguments[1] = ComponentValue.List(_bytes);
        }

        ComponentValue result = _handleMessage.Call(_arguments)!;
        if (result.IsOk)
        {
            return 0;
        }

        // Only the handle-message of 1.1 has anything to say.
        _reasons[_answered] = result.Payload is { } reason ? RejectionText.Of(reason.AsString()) : "";
        return 1;
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

    /// <summary>The folders that it is granted are open as long as the instance is there.</summary>
    private void TakeFolders(int count)
    {
        if (!_host.OpenFiles.TryTake(count))
        {
            throw new ComponentLoadException(
                $"it is granted {count} folders, and guests have as many files and folders open as they may together, "
                    + $"{_host.OpenFiles.Most}, which is half of what the process may; raise that (ulimit -n), or lower open-files of components."
            );
        }

        _grantedFolders = count;
    }

    private WasiConfiguration Grant(WasiGrants grants)
    {
        _output = new(this, grants, isError: false);
        _error = new(this, grants, isError: true);
        WasiConfiguration wasi = new WasiConfiguration()
            .WithStandardOutputCallback(bytes => Write(_output, bytes))
            .WithStandardErrorCallback(bytes => Write(_error, bytes))
            .WithArgs(grants.Options.Arguments);
        foreach ((string name, string value) in grants.Options.Environment)
        {
            wasi.WithEnvironmentVariable(name, value);
        }

        foreach (WasiDirectory directory in grants.Options.Directories)
        {
            if (!Directory.Exists(directory.Host))
            {
                throw new ComponentLoadException(
                    $"it is granted the folder '{directory.Host}' of the host, which is not there; make it, or change directories."
                );
            }

            wasi.WithPreopenedDirectory(directory.Host, directory.Guest, directory.Write);
        }

        return wasi;
    }

    /// <summary>What it wrote to standard error, for an error; what the engine has not handed on yet is missing.</summary>
    private string WhatItWrote
    {
        get
        {
            lock (_writing)
            {
                return _error?.AsReason ?? "";
            }
        }
    }

    private void Write(WasiOutput output, ReadOnlySpan<byte> bytes)
    {
        lock (_writing)
        {
            output.Write(bytes);
        }
    }
}
