using System.Collections.Concurrent;
using System.Text;
using FireAndForget.Guests;
using Microsoft.Extensions.Logging;

namespace FireAndForget.Diagnostics;

/// <summary>
/// Tells the host's log what was refused and who changed what. It gets what happened, makes it harmless to read, and holds back
/// refusals of which a sender makes too many; nothing of a message but its length comes here.
/// </summary>
internal sealed class Audit : IGuestLog
{
    private readonly GuardedLogger _logger;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<(string Sender, SendStatus Reason), RefusalGate> _gates = new();

    private Audit(ILogger logger, TimeProvider time)
    {
        _logger = new GuardedLogger(logger);
        _time = time;
    }

    /// <summary>An audit that writes to a log; null where there is none.</summary>
    public static Audit? Create(ILogger? logger, TimeProvider time) => logger is null ? null : new(logger, time);

    /// <summary>Whether a refusal has to be told with <see cref="Refused"/>; one that has not is counted for the summary.</summary>
    public bool Admits(string sender, SendStatus reason)
    {
        if (!_logger.IsEnabled(LogLevel.Warning))
        {
            return false;
        }

        return _gates
            .GetOrAdd(
                (sender, reason),
                static (key, audit) =>
                    new(
                        audit._time,
                        count =>
                            AuditLog.RefusalsLeftOut(
                                audit._logger,
                                count,
                                key.Sender,
                                key.Reason,
                                RefusalGate.Window.TotalSeconds
                            )
                    ),
                this
            )
            .TryPass();
    }

    public void Refused(string sender, string target, SendStatus reason, int length, string why)
    {
        string shown = MessageId.IsValid(target) ? target : MessageId.Quote(target);
        AuditLog.SendRefused(_logger, sender, shown, reason, length, LogText.Clean(why));
    }

    /// <summary>What a guest wrote to its standard output or error; bounded and clean when it comes here.</summary>
    public void Write(string component, bool isError, ReadOnlySpan<byte> line)
    {
        if (_logger.IsEnabled(LogLevel.Information))
        {
            string text = LogText.Clean(Encoding.UTF8.GetString(line));
            AuditLog.GuestLine(_logger, component, isError ? "stderr" : "stdout", text);
        }
    }

    /// <summary>An event of the host, where it is one for the log.</summary>
    public void Tell(HostEvent happened)
    {
        if (happened is ComponentRestarted restarted)
        {
            AuditLog.ComponentRestarted(_logger, restarted.Component, LogText.Clean(restarted.Why));
        }
        else if (happened is ComponentStopped stopped)
        {
            AuditLog.ComponentStopped(_logger, stopped.Component, LogText.Clean(stopped.Why));
        }
    }

    public void ComponentLoaded(string id, ComponentSource source) =>
        AuditLog.ComponentLoaded(_logger, id, LogText.Clean(source.Name));

    public void ComponentReplaced(string id, ComponentSource source) =>
        AuditLog.ComponentReplaced(_logger, id, LogText.Clean(source.Name));

    public void LoadFailed(string id, ComponentLoadException error) =>
        AuditLog.LoadFailed(_logger, id, LogText.Clean(error.Message));

    public void HandlerAbandoned(string id) => AuditLog.HandlerAbandoned(_logger, id);

    public void WorkerFailed(Exception e) => AuditLog.WorkerFailed(_logger, LogText.Clean(ErrorText.Of(e)));

    public void EndpointAdded(string id) => AuditLog.EndpointAdded(_logger, id);

    public void Removed(string id) => AuditLog.Removed(_logger, id);

    public void CapabilityChanged(string id, Capability capability, string pattern, bool isGranted)
    {
        if (isGranted)
        {
            AuditLog.Granted(_logger, id, capability, pattern);
        }
        else
        {
            AuditLog.Revoked(_logger, id, capability, pattern);
        }
    }

    /// <summary>What should be known of a topology before it is loaded.</summary>
    public void WarnOf(Topology topology)
    {
        foreach (string warning in topology.Warnings)
        {
            AuditLog.TopologyWarning(_logger, LogText.Clean(warning));
        }
    }

    public void TopologyLoaded(Topology topology)
    {
        foreach (TopologyComponent component in topology.Components)
        {
            ComponentLoaded(component.Id, component.Source);
        }

        foreach (string endpoint in topology.Endpoints)
        {
            EndpointAdded(endpoint);
        }
    }

    public void CompileCacheUnusable(string folder, string why) =>
        AuditLog.CompileCacheUnusable(_logger, LogText.Clean(folder), LogText.Clean(why));

    public void CompileCacheEntryReplaced(string entry, string why) =>
        AuditLog.CompileCacheEntryReplaced(_logger, LogText.Clean(entry), LogText.Clean(why));

    public void Compiling(string source, int loaded, int files) =>
        AuditLog.Compiling(_logger, LogText.Clean(source), loaded, files);

    public void Compiled(string source, TimeSpan time) =>
        AuditLog.Compiled(_logger, LogText.Clean(source), Math.Round(time.TotalSeconds, 3));

    public void HostStopping(TimeSpan time) => AuditLog.HostStopping(_logger, time.TotalSeconds);

    /// <summary>The host has stopped. What was left out until now is told before.</summary>
    public void HostStopped(HostStatistics statistics)
    {
        foreach (RefusalGate gate in _gates.Values)
        {
            gate.EndWindow();
        }

        AuditLog.HostStopped(
            _logger,
            statistics.Accepted,
            statistics.Refused,
            statistics.Handled,
            statistics.Undeliverable
        );
    }
}
