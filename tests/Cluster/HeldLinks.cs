using FireAndForget.Orleans.Links;
using Orleans.Runtime;

namespace FireAndForget.Tests.Cluster;

/// <summary>The links of all silos. Frames to one of them wait as long as it is held.</summary>
internal sealed class HeldLinks
{
    private volatile SiloAddress? _held;
    private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Hold(SiloAddress silo) => _held = silo;

    public void LetGo()
    {
        _held = null;
        _letGo.SetResult();
    }

    public ILinkPeer Wrap(ILinkPeer peer) => new HeldPeer(this, peer);

    private sealed class HeldPeer(HeldLinks links, ILinkPeer peer) : ILinkPeer
    {
        public SiloAddress Address => peer.Address;

        public async ValueTask<byte[]?> DeliverAsync(Frame frame)
        {
            if (Address.Equals(links._held))
            {
                await links._letGo.Task;
            }

            return await peer.DeliverAsync(frame);
        }

        public Task<LinkState> ResumeAsync(uint session, ulong settledThrough) =>
            peer.ResumeAsync(session, settledThrough);
    }
}
