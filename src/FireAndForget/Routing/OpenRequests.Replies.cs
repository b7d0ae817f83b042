using System.Diagnostics.CodeAnalysis;

namespace FireAndForget.Routing;

// The replies to a guest: each waits in the request that it ends, until the guest's worker takes it.
internal sealed partial class OpenRequests
{
    /// <summary>The requests that have ended and whose reply the guest has not got yet, in the order in which they ended.</summary>
    private readonly Queue<GuestRequest> _waiting = [];

    /// <summary>How many replies wait. A reader without the lock sees <see cref="_nextPosition"/> as of then, or newer.</summary>
    private int _replies;

    /// <summary>The position of the first reply that waits. It is written before <see cref="_replies"/>.</summary>
    private long _nextPosition;

    /// <summary>Whether a reply waits for the guest.</summary>
    public bool HasReplies => Volatile.Read(ref _replies) != 0;

    /// <summary>How many messages the guest's mailbox has accepted; asked under the lock of a mailbox, perhaps of another.</summary>
    public Func<long> Accepted { get; init; } = () => 0;

    /// <summary>Makes the guest's worker look for replies.</summary>
    public Action Wake { get; init; } = () => { };

    /// <summary>Keeps the reply of a request that has just ended. The caller holds the lock.</summary>
    public void KeepReply(GuestRequest request)
    {
        request.Position = Accepted();
        ledger.AddKeptReply();
        if (_waiting.Count == 0)
        {
            _nextPosition = request.Position;
        }

        _waiting.Enqueue(request);
        Volatile.Write(ref _replies, _waiting.Count);
    }

    /// <summary>
    /// How many messages the guest's mailbox had accepted before the next reply, where one waits; the guest gets those messages first. The
    /// guest's worker reads it without the lock: it alone takes replies out, so the first reply stays the first.
    /// </summary>
    public long NextPosition => Volatile.Read(ref _nextPosition);

    /// <summary>
    /// Takes the next reply. Called by the guest's worker, which calls <see cref="EndReply"/> when the reply is counted.
    /// </summary>
    public bool TryTakeReply([NotNullWhen(true)] out GuestRequest? request)
    {
        lock (_lock)
        {
            if (!_waiting.TryDequeue(out request))
            {
                return false;
            }

            if (_waiting.TryPeek(out GuestRequest? next))
            {
                _nextPosition = next.Position;
            }

            Volatile.Write(ref _replies, _waiting.Count);
            return true;
        }
    }

    /// <summary>Ends a reply that was taken, after everything of it was reported.</summary>
    public void EndReply(GuestRequest request)
    {
        if (request.CanBePooled)
        {
            request.Free();
        }

        ledger.EndKeptReplies(1);
    }
}
