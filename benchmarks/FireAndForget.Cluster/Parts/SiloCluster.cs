using FireAndForget.Cluster.Processes;

namespace FireAndForget.Cluster.Parts;

/// <summary>A cluster of silos on this machine: the first one that is started keeps its membership.</summary>
/// <param name="kind">The word for its sides.</param>
/// <param name="probes">After how many seconds a probe has failed, or that Orleans' own settings hold.</param>
internal sealed class SiloCluster(string kind, string probes)
{
    private readonly string _first = Ports.Free();
    private bool _hasFirst;

    /// <summary>Starts one more silo.</summary>
    public Task<Child> StartAsync(string name)
    {
        string port = _hasFirst ? Ports.Free() : _first;
        _hasFirst = true;
        return Child.StartAsync(kind, name, port, Ports.Free(), _first, probes);
    }
}
