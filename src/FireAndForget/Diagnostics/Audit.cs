using System.Collections.Concurrent;
using System.Text;
using FireAndForget.Messages;
using FireAndForget.Wording;
using Microsoft.Extensions.Logging;

namespace FireAndForget.Diagnostics;

/// <summary>
/// Tells the host's log what was refused, what became a dead letter and who changed what. It gets what happened, makes it harmless
/// to read, and holds back lines of which there are too many; nothing of a message but its length comes here.
/// </summary>
internal sealed class Audit : IGuestOutput, IGuestLog
{
    private readonly GuardedLogger _logger;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<(string Sender, SendStatus Status), LogGate> _refusals = new();
    private readonly ConcurrentDictionary<(string Receiver, Outcome Outcome), LogGate> _deadLetters = new();

    private Audit(ILogger logger, TimeProvider time)
    {
        _logger = new GuardedLogger(logger);
        _time = time;
    }

    /// <summary>An audit that writes to a log; null where there is none.</summary>
    public static Audit? Create(ILogger? logger, TimeProvider time) => logger is null ? null : new(logger, time);

    /// <summary>Whether a refusal has to be told with <see cref="Refused"/>; one that has not is counted for the summary.</summary>
    public bool Admits(string sender, SendStatus status) =>
        _logger.IsEnabled(LogLevel.Warning)
        && TryPass(
            _refusals,
            (Sender: sender, Status: status),
            static (audit, refused, count) =>
                AuditLog.RefusalsLeftOut(
                    audit._logger,
                    count,
                    refused.Sender,
                    refused.Status,
                    LogGate.Window.TotalSeconds
                )
        );

    /// <summary>
    /// Whether a dead letter has to be told with <see cref="DeadLetter"/> or <see cref="HandlerThrew"/>; one that has not is counted
    /// for the summary.
    /// </summary>
    public bool Admits(string receiver, Outcome outcome) =>
        _logger.IsEnabled(LogLevel.Warning)
        && TryPass(
            _deadLetters,
            (Receiver: receiver, Outcome: outcome),
            static (audit, letters, count) =>
                AuditLog.DeadLettersLeftOut(
                    audit._logger,
                    count,
                    letters.Receiver,
                    letters.Outcome,
                    LogGate.Window.TotalSeconds
                )
        );

    public void DeadLetter(DeadLetter letter) =>
        AuditLog.DeadLetter(
            _logger,
            letter.Sender,
            letter.Target,
            letter.Outcome,
            letter.Length,
            LogText.Clean(letter.Reason)
        );

    /// <summary>As <see cref="DeadLetter"/>, where an endpoint's handler threw.</summary>
    public void HandlerThrew(DeadLetter letter, Exception error) =>
        AuditLog.HandlerThrew(
            _logger,
            letter.Target,
            letter.Length,
            letter.Sender,
            LogText.Clean(ErrorText.Of(error)),
            LogText.CleanLines(ErrorText.StackOf(error))
        );

    /// <summary>
    /// Tells what was left out of the lines of an id, and forgets the id, so that ids that come and go leave nothing behind. Called when
    /// nobody under the id has anything to settle any more.
    /// </summary>
    public void Forget(string id)
    {
        foreach (SendStatus status in Enum.GetValues<SendStatus>())
        {
            End(_refusals, (id, status));
        }

        foreach (Outcome outcome in Enum.GetValues<Outcome>())
        {
            End(_deadLetters, (id, outcome));
        }
    }

    public void Refused(string sender, string target, SendStatus status, int length, string reason)
    {
        string shown = MessageId.IsValid(target) ? target : MessageId.Quote(target);
        AuditLog.SendRefused(_logger, sender, shown, status, length, LogText.Clean(reason));
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

    public bool Keeps(LogLevel level) => _logger.IsEnabled(level);

    public void Log(string component, LogLevel level, string context, string message)
    {
        if (_logger.IsEnabled(level))
        {
            string line = LogText.Clean(message);
            if (context.Length == 0)
            {
                AuditLog.GuestLogged(_logger, level, component, line);
            }
            else
            {
                string cleaned = LogText.Clean(context);
                AuditLog.GuestLoggedIn(_logger, level, component, cleaned, line);
            }
        }
    }

    /// <summary>Whether the log keeps the lines that tell where guests trapped.</summary>
    public bool LogsBacktraces => _logger.IsEnabled(LogLevel.Debug);

    /// <summary>Where a guest was when it trapped, or failed while it was instantiated; no line where its backtrace is empty.</summary>
    public void Backtrace(string component, string frames)
    {
        if (frames.Length != 0)
        {
            AuditLog.GuestBacktrace(_logger, component, LogText.Clean(frames));
        }
    }

    /// <summary>An event of the host, where it is one for the log.</summary>
    public void Report(HostEvent happened)
    {
        if (happened is ComponentRestarted restarted)
        {
            AuditLog.ComponentRestarted(_logger, restarted.Component, LogText.Clean(restarted.Reason));
        }
        else if (happened is ComponentStopped stopped)
        {
            AuditLog.ComponentStopped(_logger, stopped.Component, LogText.Clean(stopped.Reason));
        }
    }

    public void ComponentLoaded(string id, ComponentSource source) =>
        AuditLog.ComponentLoaded(_logger, id, LogText.Clean(source.Name));

    public void ComponentRenewed(string id) => AuditLog.ComponentRenewed(_logger, id);

    public void ComponentReplaced(string id, ComponentSource source) =>
        AuditLog.ComponentReplaced(_logger, id, LogText.Clean(source.Name));

    public void LoadFailed(string id, ComponentLoadException error) =>
        AuditLog.LoadFailed(_logger, id, LogText.Clean(error.Message));

    public void HandlerAbandoned(string id) => AuditLog.HandlerAbandoned(_logger, id);

    public void LoadAbandoned(TimeSpan waited) => AuditLog.LoadAbandoned(_logger, waited.TotalSeconds);

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

    /// <summary>Writes the warnings of a topology, before it is loaded.</summary>
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

    public void CompileCacheUnusable(string folder, string reason) =>
        AuditLog.CompileCacheUnusable(_logger, LogText.Clean(folder), LogText.Clean(reason));

    public void CompileCacheEntryReplaced(string entry, string reason) =>
        AuditLog.CompileCacheEntryReplaced(_logger, LogText.Clean(entry), LogText.Clean(reason));

    public void Compiling(string source, int loaded, int files) =>
        AuditLog.Compiling(_logger, LogText.Clean(source), loaded, files);

    public void Compiled(string source, TimeSpan time) =>
        AuditLog.Compiled(_logger, LogText.Clean(source), Math.Round(time.TotalSeconds, 3));

    public void HostStopping(TimeSpan time) => AuditLog.HostStopping(_logger, time.TotalSeconds);

    /// <summary>Tells what was left out until now, and that the host has stopped.</summary>
    public void HostStopped(HostStatistics statistics)
    {
        foreach (LogGate gate in _refusals.Values.Concat(_deadLetters.Values))
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

    private bool TryPass<TKey>(
        ConcurrentDictionary<TKey, LogGate> gates,
        TKey key,
        Action<Audit, TKey, long> reportLeftOut
    )
        where TKey : notnull
    {
        try
        {
            return gates
                .GetOrAdd(
                    key,
                    static (key, more) => new(more.Audit._time, count => more.ReportLeftOut(more.Audit, key, count)),
                    (Audit: this, ReportLeftOut: reportLeftOut)
                )
                .TryPass();
        }
        catch (Exception)
        {
            // A new gate asks the user's clock, which has thrown.
            return false;
        }
    }

    private static void End<TKey>(ConcurrentDictionary<TKey, LogGate> gates, TKey key)
        where TKey : notnull
    {
        if (gates.TryRemove(key, out LogGate? gate))
        {
            gate.EndWindow();
        }
    }
}
