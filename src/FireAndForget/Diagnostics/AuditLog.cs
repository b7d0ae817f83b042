using Microsoft.Extensions.Logging;

namespace FireAndForget.Diagnostics;

/// <summary>The lines of the host's log. Their event ids are listed in docs/validation.md and are never given to another line.</summary>
internal static partial class AuditLog
{
    [LoggerMessage(100, LogLevel.Information, "Component {Component} was loaded from {Source}.")]
    public static partial void ComponentLoaded(ILogger logger, string component, string source);

    [LoggerMessage(101, LogLevel.Error, "Component {Component} could not be loaded: {Reason}")]
    public static partial void LoadFailed(ILogger logger, string component, string reason);

    [LoggerMessage(102, LogLevel.Information, "Endpoint {Endpoint} was added.")]
    public static partial void EndpointAdded(ILogger logger, string endpoint);

    [LoggerMessage(103, LogLevel.Information, "{Id} was removed.")]
    public static partial void Removed(ILogger logger, string id);

    [LoggerMessage(104, LogLevel.Warning, "Component {Component} was restarted: {Reason}")]
    public static partial void ComponentRestarted(ILogger logger, string component, string reason);

    [LoggerMessage(105, LogLevel.Error, "Component {Component} stopped: {Reason}")]
    public static partial void ComponentStopped(ILogger logger, string component, string reason);

    [LoggerMessage(
        106,
        LogLevel.Information,
        "The host stops; it goes on with what it accepted for {Seconds} s at most."
    )]
    public static partial void HostStopping(ILogger logger, double seconds);

    [LoggerMessage(
        107,
        LogLevel.Information,
        "The host has stopped: {Accepted} messages were accepted, {Refused} refused, {Handled} handled, "
            + "{Undeliverable} undeliverable."
    )]
    public static partial void HostStopped(
        ILogger logger,
        long accepted,
        long refused,
        long handled,
        long undeliverable
    );

    [LoggerMessage(108, LogLevel.Warning, "{Warning}")]
    public static partial void TopologyWarning(ILogger logger, string warning);

    [LoggerMessage(109, LogLevel.Information, "Component {Component} was replaced by {Source}.")]
    public static partial void ComponentReplaced(ILogger logger, string component, string source);

    [LoggerMessage(110, LogLevel.Error, "The handler of endpoint {Endpoint} did not end and was given up.")]
    public static partial void HandlerAbandoned(ILogger logger, string endpoint);

    [LoggerMessage(111, LogLevel.Critical, "A worker failed and goes on: {Reason}")]
    public static partial void WorkerFailed(ILogger logger, string reason);

    [LoggerMessage(
        112,
        LogLevel.Information,
        "Component {Component} got a fresh instance, because somebody asked for it."
    )]
    public static partial void ComponentRenewed(ILogger logger, string component);

    [LoggerMessage(
        113,
        LogLevel.Error,
        "A component was still being loaded {Seconds} s after the host had stopped, and its load was given up."
    )]
    public static partial void LoadAbandoned(ILogger logger, double seconds);

    [LoggerMessage(200, LogLevel.Information, "{Id} was granted {Capability} {Pattern}.")]
    public static partial void Granted(ILogger logger, string id, Capability capability, string pattern);

    [LoggerMessage(201, LogLevel.Information, "{Id} was revoked {Capability} {Pattern}.")]
    public static partial void Revoked(ILogger logger, string id, Capability capability, string pattern);

    [LoggerMessage(
        300,
        LogLevel.Warning,
        "A message of {Length} bytes from {Sender} to {Target} was refused, {Status}. {Reason}"
    )]
    public static partial void SendRefused(
        ILogger logger,
        string sender,
        string target,
        SendStatus status,
        int length,
        string reason
    );

    [LoggerMessage(
        301,
        LogLevel.Warning,
        "{Count} more messages from {Sender} were refused, {Status}, within {Seconds} s and are not listed."
    )]
    public static partial void RefusalsLeftOut(
        ILogger logger,
        long count,
        string sender,
        SendStatus status,
        double seconds
    );

    [LoggerMessage(
        302,
        LogLevel.Warning,
        "A message of {Length} bytes from {Sender} to {Target} is a dead letter, {Outcome}: {Reason}"
    )]
    public static partial void DeadLetter(
        ILogger logger,
        string sender,
        string target,
        Outcome outcome,
        int length,
        string reason
    );

    [LoggerMessage(
        303,
        LogLevel.Warning,
        "{Count} more messages to {Target} are dead letters, {Outcome}, within {Seconds} s and are not listed."
    )]
    public static partial void DeadLettersLeftOut(
        ILogger logger,
        long count,
        string target,
        Outcome outcome,
        double seconds
    );

    [LoggerMessage(
        304,
        LogLevel.Error,
        "The handler of endpoint {Endpoint} threw at a message of {Length} bytes from {Sender}, which is a dead letter: {Reason}\n{Stack}"
    )]
    public static partial void HandlerThrew(
        ILogger logger,
        string endpoint,
        int length,
        string sender,
        string reason,
        string stack
    );

    [LoggerMessage(400, LogLevel.Information, "{Component} wrote to {Stream}: {Line}")]
    public static partial void GuestLine(ILogger logger, string component, string stream, string line);

    [LoggerMessage(EventId = 401, Message = "{Component} logs: {Line}")]
    public static partial void GuestLogged(ILogger logger, LogLevel level, string component, string line);

    [LoggerMessage(EventId = 402, Message = "{Component} logs in {Context}: {Line}")]
    public static partial void GuestLoggedIn(
        ILogger logger,
        LogLevel level,
        string component,
        string context,
        string line
    );

    [LoggerMessage(410, LogLevel.Debug, "The guest of {Component} trapped in {Frames}.")]
    public static partial void GuestBacktrace(ILogger logger, string component, string frames);

    [LoggerMessage(500, LogLevel.Warning, "The compile cache in {Folder} cannot be used: {Reason}")]
    public static partial void CompileCacheUnusable(ILogger logger, string folder, string reason);

    [LoggerMessage(501, LogLevel.Warning, "{Entry} of the compile cache is not used and is compiled anew: {Reason}")]
    public static partial void CompileCacheEntryReplaced(ILogger logger, string entry, string reason);

    [LoggerMessage(502, LogLevel.Information, "{Source} is being compiled; {Loaded} of {Files} files are loaded.")]
    public static partial void Compiling(ILogger logger, string source, int loaded, int files);

    [LoggerMessage(503, LogLevel.Information, "{Source} was compiled in {Seconds} s.")]
    public static partial void Compiled(ILogger logger, string source, double seconds);
}
