using System.Diagnostics.CodeAnalysis;
using FireAndForget.Messages;
using FireAndForget.Wording;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Properties;

/// <summary>
/// A real host in manual mode and the model beside it. Each step does the same to both; where they differ the trial ends with
/// what was sent, what was expected and what came.
/// </summary>
internal sealed class SendTrial : IAsyncDisposable
{
    /// <summary>An endpoint that tells guests what to send: to it, everybody is open.</summary>
    public const string Driver = "driver";

    private readonly FakeTimeProvider _time = new();
    private readonly MessagingHost _host;
    private readonly EventSubscription _events;
    private readonly SendModel _model = new();
    private readonly Dictionary<string, (MessagingEndpoint MessagingEndpoint, ModelParticipant Model)> _endpoints = [];
    private readonly Dictionary<(MessagingEndpoint, string), PreparedSender> _prepared = [];

    public SendTrial(IEnumerable<TrialParticipant> participants)
    {
        _host = new(new() { Workers = 0, TimeProvider = _time });
        _events = _host.Subscribe(int.MaxValue);
        Add(new(Driver, false, [], ["*"], [], 1 << 20, new(), null, 1, new(), 0));
        foreach (TrialParticipant participant in participants)
        {
            Add(participant);
        }
    }

    /// <summary>Registers a participant, in place of the one that has its id.</summary>
    public void Add(TrialParticipant participant)
    {
        Remove(participant.Id);
        ModelParticipant model = new(participant);
        _model.Registered[participant.Id] = model;
        if (participant.IsComponent)
        {
            _host.AddComponent(participant.Id, ScriptedGuest.Source, participant.ComponentOptions);
        }
        else
        {
            MessagingEndpoint endpoint = _host.AddEndpoint(
                participant.Id,
                _ => { },
                participant.MessagingEndpointOptions
            );
            _endpoints[participant.Id] = (endpoint, model);
        }
    }

    /// <summary>Removes the participant with the id; an endpoint that is removed goes on trying to send.</summary>
    public void Remove(string id)
    {
        bool isThere = _model.Registered.Remove(id, out ModelParticipant? model);
        Assert.Equal(isThere, _host.Remove(id));
        model?.HasLeft = !model.Given.IsComponent;
    }

    /// <summary>Grants a capability, or takes one away; what was so already stays so.</summary>
    public void Change(string id, Capability capability, string pattern, bool isGranted)
    {
        if (!_model.Registered.TryGetValue(id, out ModelParticipant? participant))
        {
            return;
        }

        List<string> patterns = capability == Capability.SendsTo ? participant.SendsTo : participant.ReceivesFrom;
        bool isNews = patterns.Contains(pattern) != isGranted;
        patterns.RemoveAll(p => p == pattern);
        if (isGranted)
        {
            patterns.Add(pattern);
        }

        bool changed = isGranted ? _host.Grant(id, capability, pattern) : _host.Revoke(id, capability, pattern);
        Assert.Equal(isNews, changed);
    }

    public void Advance(long ticks)
    {
        _time.Advance(TimeSpan.FromTicks(ticks));
        foreach (ModelParticipant participant in _model.Registered.Values)
        {
            participant.Allowance?.Advance(ticks);
        }
    }

    /// <summary>Delivers all that waits.</summary>
    public void Pump()
    {
        _host.Pump();
        foreach (ModelParticipant participant in _model.Registered.Values)
        {
            participant.Waiting.Clear();
        }

        Assert.Equal(_model.Accepted, _host.Statistics.Accepted);
        Assert.Equal(_model.Refused, _host.Statistics.Refused);
        Assert.Equal(0, _host.Statistics.Queued + _host.Statistics.InFlight);
        ReadEvents();
    }

    /// <summary>An endpoint sends, in one of the ways that there are.</summary>
    public void SendFromEndpoint(string from, string target, byte[] message, int way)
    {
        if (!_endpoints.TryGetValue(from, out (MessagingEndpoint MessagingEndpoint, ModelParticipant Model) sender))
        {
            return;
        }

        SendStatus[] expected = _model.Answers(sender.Model, target, message);
        SendStatus answer = way switch
        {
            0 => sender.MessagingEndpoint.Send(target, message),
            1 => sender.MessagingEndpoint.Send(new string(target.AsSpan()), message),
            _ => Prepare(sender.MessagingEndpoint, target).Send(message),
        };
        Check(sender.Model, target, message, expected, answer);
        if (_model.IsHostStopped)
        {
            // A host that has stopped still answers, and tells of nothing any more.
            return;
        }

        SendRefused[] refusals = [.. ReadEvents().OfType<SendRefused>()];
        Assert.Equal(
            answer == SendStatus.Accepted ? [] : [(from, target, answer)],
            refusals.Select(r => (r.Sender, r.Target, r.Status))
        );
    }

    /// <summary>A guest sends, one message after the other while it handles one.</summary>
    public void SendFromGuest(string from, (string Target, byte[] Message)[] sends)
    {
        Pump();
        byte[] script = ScriptedGuest.Script(sends);
        if (!Report(from, script, out ModelParticipant? guest))
        {
            return;
        }

        _host.Pump(1);
        guest.Waiting.Clear();
        guest.InFlight = script.Length;
        HostEvent[] events = ReadEvents();
        int[] answers = ScriptedGuest.Answers(Rejection(events), sends.Length);
        for (int i = 0; i < sends.Length; i++)
        {
            (string target, byte[] message) = sends[i];
            Check(guest, target, message, _model.Answers(guest, target, message), (SendStatus)answers[i]);
        }

        guest.InFlight = null;
        Assert.Equal(
            answers.Where(a => a != 0).Select(a => (from, (SendStatus)a)),
            events.OfType<SendRefused>().Select(r => (r.Sender, r.Status))
        );
    }

    /// <summary>A guest traps, and is restarted or stops.</summary>
    public void Trap(string id)
    {
        Pump();
        if (Report(id, ScriptedGuest.Trap, out ModelParticipant? guest))
        {
            _host.Pump();
            guest.Waiting.Clear();
            guest.IsStopped = guest.Given.Restarts == 0;
        }
    }

    /// <summary>Stops the host; from now on every valid target is closed.</summary>
    public async Task StopAsync()
    {
        await _host.StopAsync(TimeSpan.Zero);
        _model.IsHostStopped = true;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private bool Report(string id, byte[] script, [NotNullWhen(true)] out ModelParticipant? guest)
    {
        guest = _model.Registered.GetValueOrDefault(id);
        (MessagingEndpoint driver, ModelParticipant model) = _endpoints[Driver];
        SendStatus[] expected = _model.Answers(model, id, script);
        SendStatus answer = driver.Send(id, script);
        Check(model, id, script, expected, answer);
        ReadEvents();
        return answer == SendStatus.Accepted && guest!.Given.IsComponent;
    }

    private void Check(ModelParticipant sender, string target, byte[] message, SendStatus[] expected, SendStatus answer)
    {
        Assert.True(
            expected.Contains(answer),
            $"'{sender.Given.Id}' sent {Convert.ToHexString(message)} to {MessageId.Quote(target)}: "
                + $"{string.Join(" or ", expected)} was expected, {answer} came. From {sender.Given}, to "
                + $"{_model.Registered.GetValueOrDefault(target)?.Given}."
        );
        _model.Answered(sender, target, message, answer);
    }

    private PreparedSender Prepare(MessagingEndpoint endpoint, string target)
    {
        if (!_prepared.TryGetValue((endpoint, target), out PreparedSender? prepared))
        {
            _prepared[(endpoint, target)] = prepared = endpoint.Prepare(target);
        }

        return prepared;
    }

    private static string? Rejection(HostEvent[] events) =>
        events.OfType<DeadLetter>().SingleOrDefault(letter => letter.Outcome == Outcome.Rejected)?.Reason;

    private HostEvent[] ReadEvents()
    {
        List<HostEvent> events = [];
        while (_events.TryRead(out HostEvent? happened))
        {
            events.Add(happened);
        }

        return [.. events];
    }
}
