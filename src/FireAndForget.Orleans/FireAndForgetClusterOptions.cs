using FireAndForget.Orleans.Links;
using FireAndForget.Orleans.Table;
using Orleans.Configuration;

namespace FireAndForget.Orleans;

/// <summary>Options of a silo's messaging host and of how it works with those of other silos.</summary>
public sealed class FireAndForgetClusterOptions
{
    /// <summary>The name of the grain storage in which deployed components and their WebAssembly are kept, where the silo has one of this name.</summary>
    public const string StorageName = "fire-and-forget";

    /// <summary>How the silo's host runs. Default: the defaults of a host, with the silo's log.</summary>
    public MessagingHostOptions Host { get; set; } = new();

    /// <summary>
    /// What may wait or be under way for one id of another silo. Beyond it a send is <see cref="SendStatus.QueueFull"/>. Memory is taken
    /// as it is needed. Default 16,384 messages and 8 MiB; at most 64 MiB.
    /// </summary>
    public MailboxOptions Outbox { get; set; } = new() { Messages = 16_384, Bytes = 8 << 20 };

    /// <summary>Whether the components of a silo that died are brought up on others. Default true.</summary>
    public bool Failover { get; set; } = true;

    /// <summary>
    /// How long messages to a component of a silo that died wait until it is brought up again; afterwards they are <see
    /// cref="Outcome.Undeliverable"/>. Default 60 s.
    /// </summary>
    public TimeSpan FailoverTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a move may wait until what was sent to the component is handled. Default 10 s.</summary>
    public TimeSpan MoveTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a silo that is stopped moves its components to others before it stops. Default 10 s; zero: it does not.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Where WebAssembly is kept. Default null: in the grain storage named <see cref="StorageName"/> where the silo has one, else in the
    /// memory of every silo.
    /// </summary>
    public IWasmStore? WasmStore { get; set; }

    /// <summary>Puts something between this silo and the other end of a link, for tests.</summary>
    internal Func<ILinkPeer, ILinkPeer> WrapPeer { get; set; } = peer => peer;

    /// <summary>The version of what it says to other silos, for tests.</summary>
    internal int ProtocolVersion { get; set; } = Protocol.Own;

    /// <summary>How many characters a part of the table has, for tests.</summary>
    internal int TablePartCharacters { get; set; } = TablePart.MostCharacters;

    /// <summary>Refuses options that are not valid.</summary>
    /// <exception cref="OrleansConfigurationException">An option is not valid.</exception>
    internal void Validate()
    {
        const int MostBytes = 64 << 20;
        if (Outbox.IsUnbounded || Outbox.OverflowPolicy != OverflowPolicy.Refuse || Outbox.Bytes > MostBytes)
        {
            throw new OrleansConfigurationException(
                $"The outbox of FireAndForget is {Outbox}: give it bounds of at most {MostBytes} bytes, beyond which it refuses messages."
            );
        }

        foreach (
            (string name, TimeSpan time) in new[]
            {
                (nameof(FailoverTimeout), FailoverTimeout),
                (nameof(MoveTimeout), MoveTimeout),
                (nameof(DrainTimeout), DrainTimeout),
            }
        )
        {
            if (time < TimeSpan.Zero || time > TimeSpan.FromDays(1))
            {
                throw new OrleansConfigurationException(
                    $"{name} of FireAndForget is {time}: give it a time from 0 to one day."
                );
            }
        }

        if (Host.Workers == 0)
        {
            throw new OrleansConfigurationException(
                "The host of FireAndForget has no workers: in a cluster there is no manual mode, give it at least 1."
            );
        }
    }
}
