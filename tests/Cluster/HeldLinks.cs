using FireAndForget.Orleans.Links;
using Orleans.Runtime;

namespace FireAndForget.Tests.Cluster;

/// <summary>The links of all silos. Frames to one of them wait as long as it is held.</summary>
internal sealed class HeldLinks
{
    private Held? _held;

    public void Hold(SiloAddress silo) => Volatile.Write(ref _held, new(silo));

    public void LetGo() => Interlocked.Exchange(ref _held, null)?.LetGo.SetResult();

    public ILinkPeer Wrap(ILinkPeer peer) => new HeldPeer(this, peer);

    private sealed class Held(SiloAddress silo)
    {
        public SiloAddress Silo => silo;

        public TaskCompletionSource LetGo { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class HeldPeer(HeldLinks links, ILinkPeer peer) : ILinkPeer
    {
        public SiloAddress Address => peer.Address;

        public async ValueTask<byte[]?> DeliverAsync(Frame frame)
        {
            if (Volatile.Read(ref links._held) is { } held && Address.Equals(held.Silo))
            {
                await held.LetGo.Task;
            }

            return await peer.DeliverAsync(frame);
        }

        public Task<LinkState> ResumeAsync(uint session, ulong settledThrough) =>
            peer.ResumeAsync(session, settledThrough);
    }
}
