using FireAndForget.Orleans.Links;
using FireAndForget.Orleans.Table;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Runtime.Services;

namespace FireAndForget.Orleans;

/// <summary>The silo's end of calls from other silos; it decides nothing.</summary>
[Reentrant]
internal sealed class LinkService(GrainId id, Silo silo, ILoggerFactory logging, ClusterNode node)
    : GrainService(id, silo, logging),
        ILinkService
{
    public async ValueTask<byte[]?> DeliverAsync(SiloAddress from, Frame frame)
    {
        byte[]? settlement = await node.FromPeer(from).ReceiveAsync(frame);
        // A frame whose delivery failed is left to the garbage collector, because it may still be among those that came early.
        frame.Free();
        return settlement;
    }

    public Task SettleAsync(SiloAddress from, byte[] settlement)
    {
        node.LinkOf(from).Settle(settlement);
        return Task.CompletedTask;
    }

    public Task<LinkState> ResumeAsync(SiloAddress from, uint session, ulong settledThrough) =>
        Task.FromResult(node.FromPeer(from).Resume(session, settledThrough));

    public Task<TablePart> AskAsync(SiloAddress from, string after) => node.TellPartAsync(from, after);

    public Task<TableEntry[]> MeetAsync(SiloAddress from, TableEntry[] hosted) =>
        Task.FromResult(node.Meet(from, hosted));

    public Task<bool> LearnAsync(SiloAddress from, TableEntry entry) => Task.FromResult(node.Learn(from, entry));

    public Task ForgetAsync(SiloAddress from, string id, long version)
    {
        node.Forget(from, id, version);
        return Task.CompletedTask;
    }

    public Task HoldAsync(string id, SiloAddress mover) => node.HoldAsync(id, mover);

    public Task EndHoldAsync(string id)
    {
        node.EndHold(id);
        return Task.CompletedTask;
    }

    public Task<bool> HasAllAsync(SiloAddress from, Dictionary<uint, long> numbers) =>
        Task.FromResult(node.FromPeer(from).HasAll(numbers));

    // Long work does not run on the scheduler that frames arrive on.

    public Task<Failure?> PrepareAsync(TableEntry entry) =>
        Task.Run(() => Failure.TryAsync(() => node.PrepareAsync(entry)));

    public Task DropAsync(string id)
    {
        node.Drop(id);
        return Task.CompletedTask;
    }

    public Task<Failure?> ArriveAsync(TableEntry entry, Usage? usage) =>
        Task.Run(() => Failure.TryAsync(() => node.ArriveAsync(entry, usage)));

    public Task<Failure?> MoveAsync(string id, SiloAddress to) =>
        Task.Run(() => Failure.TryAsync(() => node.MoveFromHereAsync(id, to)));

    public Task<Failure?> PlaceAsync(TableEntry entry) =>
        Task.Run(() => Failure.TryAsync(() => node.PlaceHereAsync(entry)));

    public Task<Failure?> ReplaceAsync(TableEntry entry) =>
        Task.Run(() => Failure.TryAsync(() => node.ReplaceHereAsync(entry)));

    public Task<bool> RemoveAsync(string id) => Task.Run(() => node.RemoveHereAsync(id));

    public Task<(bool IsChanged, Failure? Failure)> ChangeAsync(
        string id,
        Capability capability,
        string pattern,
        bool isGranted
    ) => Task.Run(() => node.TryChangeHereAsync(id, capability, pattern, isGranted));

    public Task<HostReport> ReportAsync() => Task.FromResult(node.Report());

    public Task StoreAsync(string version, byte[] wasm) => Task.Run(() => node.KeepAsync(version, wasm));

    public Task<byte[]?> FetchAsync(string version) => Task.Run(() => node.FindWasmHereAsync(version));
}

/// <summary>Finds the service of a silo.</summary>
internal sealed class LinkServiceClient(IServiceProvider services) : GrainServiceClient<ILinkService>(services)
{
    public ILinkService At(SiloAddress silo) => GetGrainService(silo);
}
