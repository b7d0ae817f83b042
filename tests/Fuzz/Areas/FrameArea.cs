using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using FireAndForget.Messages;
using FireAndForget.Orleans.Links;
using FireAndForget.Routing;
using FireAndForget.Tests.Fuzz.Generation;
using FireAndForget.Tests.Fuzz.Mutation;
using Orleans.Runtime;

namespace FireAndForget.Tests.Fuzz.Areas;

/// <summary>
/// The frames that another silo of a cluster sends: an input is some of them, each behind its length in two bytes. Whatever is in them, they
/// are taken or refused as damaged, and of what was taken each message is settled once, and told.
/// </summary>
internal sealed class FrameArea : FuzzArea
{
    private readonly Lazy<Receiving> _host = new(() => new());
    private int _inputs;

    public override string Name => "frames";

    public override int Weight => 2;

    protected override Func<Randomness, byte[]> Generator => FrameGenerator.Make;

    public override bool Run(byte[] input)
    {
        // Of another silo each time, because a call of the link before may still be under way.
        using Inbound inbound = new(_host.Value, SiloAddress.New(IPAddress.Loopback, 1, ++_inputs));
        _host.Value.Begin(inbound.Peer);
        bool isTaken = true;
        ReadOnlySpan<byte> rest = input;
        while (rest.Length >= sizeof(ushort))
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(rest), rest.Length - sizeof(ushort));
            isTaken &= IsTaken(inbound, rest.Slice(sizeof(ushort), length).ToArray());
            rest = rest[(sizeof(ushort) + length)..];
        }

        _host.Value.Pump(inbound);
        MessageStatistics outcomes = inbound.Outcomes;
        Require(
            inbound.Accepted == outcomes.Settled,
            $"{inbound.Accepted} messages came into mailboxes, and these outcomes were counted: {outcomes}"
        );
        CheckTold(inbound);
        return isTaken;
    }

    private bool IsTaken(Inbound inbound, byte[] frame)
    {
        try
        {
            ValueTask<byte[]?> delivery = inbound.ReceiveAsync(Frame.Receive(frame.Length, frame));
            if (!delivery.IsCompleted)
            {
                // It came early, and waits for those before it.
                return true;
            }

            if (delivery.GetAwaiter().GetResult() is { } settlement)
            {
                _host.Value.SettleAsync(inbound.Peer, settlement);
            }

            return true;
        }
        catch (InvalidDataException e)
        {
            Require(e.Message.Length is > 20 and < 500, $"the refusal gives no reason, or more than that: {e.Message}");
            return false;
        }
    }

    /// <summary>What is told of each target reaches to its last message.</summary>
    private void CheckTold(Inbound inbound)
    {
        LinkState state = inbound.Resume(2, settledThrough: 0);
        byte[] probe = new byte[Frame.HeaderBytes];
        probe[0] = Frame.OldestVersion;
        BinaryPrimitives.WriteUInt32LittleEndian(probe.AsSpan(8), 2);
        // Its answer is among what is not confirmed.
        _ = inbound.ReceiveAsync(Frame.Receive(probe.Length, probe)).AsTask().GetAwaiter().GetResult();
        List<byte[]> told = inbound.Resume(3, settledThrough: 0).Settlements;
        ILookup<uint, TargetSettlement> targets = told.Concat(_host.Value.Told)
            .SelectMany(settlement => Settlement.Read(settlement))
            .ToLookup(target => target.Key);
        foreach ((uint key, long next) in state.Next)
        {
            long through = targets[key].Select(target => target.Through).DefaultIfEmpty().Max();
            Require(through == next - 1, $"target {key} has had messages up to {next - 1}, and {through} is told of");
        }
    }

    public override void Close()
    {
        if (_host.IsValueCreated)
        {
            _host.Value.Dispose();
        }
    }

    /// <summary>A host on which some of the generated ids are.</summary>
    private sealed class Receiving : IInboundHost, IDisposable
    {
        private readonly MessagingHost _host = new(new() { Workers = 0, CompileCache = null });
        private readonly Dictionary<string, Participant> _senders = [];

        public Receiving()
        {
            _host.AddEndpoint("target", _ => { });
            _host.AddEndpoint(
                "small",
                _ => { },
                new()
                {
                    Mailbox = new() { Messages = 2 },
                    MaxMessageBytes = 40,
                }
            );
            _host.AddEndpoint("failing", _ => throw new InvalidOperationException("as it always does"));
            _host.AddEndpoint("answerer", answering: _ => Answer.Of(new byte[] { 1 }));
            foreach (string id in (string[])["sender", "publisher"])
            {
                SenderNumber number = _host.Parts.Services.Directory.NumberOf(id);
                _senders[id] = new(id, number, ["*"], new ComponentOptions(), allowance: null, ["*"]);
            }
        }

        public ConcurrentQueue<byte[]> Told { get; } = new();

        private SiloAddress? _peer;

        public Registry Registry => _host.Parts.Registry;

        /// <summary>From here on what is told to this silo counts.</summary>
        public void Begin(SiloAddress peer)
        {
            lock (_senders)
            {
                _peer = peer;
                Told.Clear();
            }
        }

        public void Pump(Inbound inbound)
        {
            do
            {
                inbound.Execute();
            } while (_host.Pump() != 0);
        }

        public void Dispose() => _host.Dispose();

        public Participant? FindTarget(string id) => Registry.TryGet(id, out Participant? found) ? found : null;

        public Participant? FindSender(string id, SiloAddress silo) => _senders.GetValueOrDefault(id);

        public Publication PublicationOf(Participant publisher, string topic)
        {
            TopicName name = new(topic);
            return new(name, publisher.NumberFor(name), Registry.Topics);
        }

        public bool IsArrival(uint origin) =>
            !MessageOrigin.HasContext(origin) || Registry.Contexts!.Of(origin).Listener is not IArrival;

        public bool IsAtLeastOnce(string id) => id == "failing";

        public Task SettleAsync(SiloAddress silo, byte[] settlement)
        {
            lock (_senders)
            {
                if (silo.Equals(_peer))
                {
                    Told.Enqueue(settlement);
                }
            }

            return Task.CompletedTask;
        }
    }
}
