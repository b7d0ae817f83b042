using FireAndForget.Mailboxes;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// A host for one test. It hears all events; whenever it has settled, and when it ends, its statistics must balance: every accepted
/// message has one outcome, and the mailboxes' own count agrees.
/// </summary>
internal sealed class TestHost : IAsyncDisposable
{
    /// <summary>After this a test that waits has failed. It is no measure of speed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly EventSubscription? _subscription;
    private readonly List<HostEvent> _events = [];

    public TestHost(
        int workers = 1,
        TimeProvider? time = null,
        TimeSpan? stopTimeout = null,
        bool listens = true,
        GuestRuntime runtime = GuestRuntime.Direct,
        ILogger? logger = null
    )
    {
        Host = new(
            new()
            {
                Workers = workers,
                TimeProvider = time ?? TimeProvider.System,
                StopTimeout = stopTimeout ?? TimeSpan.FromSeconds(10),
                PrefersComponentApi = runtime == GuestRuntime.ComponentApi,
                Logger = logger,
            }
        );
        _subscription = listens ? Host.Subscribe(int.MaxValue) : null;
    }

    /// <summary>Manual mode, one worker, and more workers than the guests need.</summary>
    public static TheoryData<int> Modes => [0, 1, 2, 4];

    public MessagingHost Host { get; }

    public HostStatistics Statistics => Host.Statistics;

    /// <summary>All events so far, in order.</summary>
    public IReadOnlyList<HostEvent> Events
    {
        get
        {
            while (_subscription!.TryRead(out HostEvent? happened))
            {
                _events.Add(happened);
            }

            return _events;
        }
    }

    public IReadOnlyList<DeadLetter> DeadLetters => [.. Events.OfType<DeadLetter>()];

    public Component Add(string id, string file, ComponentOptions? options = null) =>
        Host.AddComponent(id, TestFiles.PathOf(file), Untimed(options));

    public Component AddText(string id, string wat, ComponentOptions? options = null) =>
        Host.AddComponent(id, ComponentSource.FromText(wat, $"{id}.wat"), Untimed(options));

    /// <summary>
    /// A message may take as long as it wants unless the test gives a timeout other than the default one: a busy machine must not
    /// end what a quiet one handles.
    /// </summary>
    private static ComponentOptions Untimed(ComponentOptions? options)
    {
        options ??= new();
        return options.Limits.MessageTimeout == new LimitOptions().MessageTimeout
            ? options.With(o => o.Limits.MessageTimeout = TimeSpan.Zero)
            : options;
    }

    /// <summary>An endpoint that keeps what it gets and has room for everything.</summary>
    public MessagingEndpoint AddInbox(string id, out Inbox inbox)
    {
        inbox = new();
        return Host.AddEndpoint(id, inbox.Handle, Roomy);
    }

    /// <summary>An endpoint that only sends.</summary>
    public MessagingEndpoint AddSender(string id = "client") => Host.AddEndpoint(id);

    public static MessagingEndpointOptions Roomy { get; } =
        new() { Mailbox = MailboxOptions.Unbounded, MaxMessageBytes = 16 << 20 };

    /// <summary>Waits until everything is settled, and checks the statistics.</summary>
    public async Task<HostStatistics> SettleAsync()
    {
        await Host.DrainAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        HostStatistics statistics = Host.Statistics;
        AccountingAssert.AssertAtRest(statistics.Messages);
        Assert.Equal(0, statistics.InMailboxes);
        return statistics;
    }

    /// <summary>Waits for something that another thread is about to do.</summary>
    public static async Task UntilAsync(Func<bool> isSo, string what)
    {
        using CancellationTokenSource patience = new(Patience);
        while (!isSo())
        {
            Assert.False(patience.IsCancellationRequested, $"It never came to this: {what}.");
            await Task.Yield();
        }
    }

    public ValueTask StopAsync(TimeSpan time) => new(Host.StopAsync(time).WaitAsync(Patience));

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync().AsTask().WaitAsync(Patience);
        AccountingAssert.AssertAtRest(Host.Statistics.Messages);
        Assert.Equal(0, Host.Statistics.InMailboxes);
    }
}
