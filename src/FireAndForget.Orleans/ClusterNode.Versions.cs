using FireAndForget.Orleans.Table;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace FireAndForget.Orleans;

// Versions: silos that are upgraded one by one speak neighbouring versions; others are refused.
internal sealed partial class ClusterNode
{
    /// <summary>Asks a silo for its version.</summary>
    /// <returns>The version; this silo's own where that one does not live any more.</returns>
    private async Task<int> FindVersionAsync(SiloAddress silo)
    {
        int told = _options.ProtocolVersion;
        await CallAsync(
                silo,
                async service => told = (await service.ReportAsync().ConfigureAwait(false)).ProtocolVersion
            )
            .ConfigureAwait(false);
        return Protocol.Of(told);
    }

    /// <summary>Nothing is taken from a silo whose version is too far from this one's, and nothing sent to it.</summary>
    private void Refuse(SiloAddress silo, string mismatch)
    {
        LogMismatch(_logger, mismatch);
        _mismatches[silo] = mismatch;
    }

    /// <summary>What this version keeps of an entry.</summary>
    private TableEntry AsKnown(TableEntry entry) =>
        _options.ProtocolVersion >= Protocol.WithTopics
            ? entry
            : entry with
            {
                SubscribesTo = null,
                PublishesTo = null,
                ProtocolVersion = 0,
            };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Mismatch}")]
    private static partial void LogMismatch(ILogger logger, string mismatch);
}
