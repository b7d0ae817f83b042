using System.Collections.Concurrent;
using FireAndForget.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace FireAndForget.Tests.Hosting;

/// <summary>A host as part of a service: starting, injecting, stopping, and what is refused.</summary>
public sealed class ServiceTests : IDisposable
{
    private readonly TestService _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Start_EverythingOfTheBuilder_IsThereAndTalks()
    {
        _test.Put("echo-handler.wat", "plugins/mirror.wat");
        ConcurrentQueue<string> audited = new();
        _test.Builder.Services.AddSingleton<Orders>();
        using IHost service = await _test.StartAsync(faf =>
        {
            faf.AddComponent("mirror", "plugins/mirror.wat", c => c.SendsTo.Add("orders"));
            faf.AddEndpoint<OrderHandler>("orders");
            faf.AddEndpoint(
                "audit",
                async (message, cancel) =>
                {
                    await Task.Yield();
                    audited.Enqueue($"{message.Sender} {message.Bytes.Length}");
                }
            );
            faf.AddEndpoint("sync", message => audited.Enqueue($"{message.Sender} {message.Bytes.Length}"));
        });

        MessagingHost host = service.Services.GetRequiredService<MessagingHost>();
        IMessageSender orders = service.Services.GetRequiredKeyedService<IMessageSender>("orders");
        Assert.Same(orders, service.Services.GetRequiredKeyedService<MessagingEndpoint>("orders"));
        Assert.Equal(SendStatus.Accepted, orders.Send("mirror", [0, 1, 2]));
        Assert.Equal(SendStatus.Accepted, orders.Send("mirror", [0, 1]));
        Assert.Equal(SendStatus.Accepted, orders.Send("audit", [0]));
        await host.DrainAsync(TestContext.Current.CancellationToken);
        Assert.Equal(SendStatus.Accepted, orders.Send("sync", [0, 1]));
        await host.DrainAsync(TestContext.Current.CancellationToken);

        Orders taken = service.Services.GetRequiredService<Orders>();
        Assert.Equal(["mirror 3", "mirror 2"], taken.All);
        // A scope, and so a handler, for each message.
        Assert.Equal(2, taken.Handlers);
        Assert.Equal(["orders 1", "orders 2"], audited);
        Assert.Contains(
            _test.Lines,
            line => line.StartsWith("Information: Component mirror was loaded", StringComparison.Ordinal)
        );
        InvalidOperationException none = Assert.Throws<InvalidOperationException>(() =>
            service.Services.GetRequiredKeyedService<MessagingEndpoint>("nobody")
        );
        Assert.Contains("'audit', 'orders', 'sync'", none.Message, StringComparison.Ordinal);

        await service.StopAsync(TestContext.Current.CancellationToken);
        Assert.True(host.IsStopping);
    }

    [Fact]
    public async Task Start_EndpointsWithHandlersOfRequests_Answer()
    {
        using IHost service = await _test.StartAsync(faf =>
            faf.AddEndpoint("client")
                .AddEndpoint("prices", request => Answer.Of(new[] { request.Bytes[0] }))
                .AddEndpoint(
                    "stock",
                    async (_, _) =>
                    {
                        await Task.Yield();
                        return Answer.Reject("sold out");
                    },
                    configure: o => o.MaxConcurrency = 2
                )
        );
        MessagingEndpoint client = service.Services.GetRequiredKeyedService<MessagingEndpoint>("client");
        CancellationToken token = TestContext.Current.CancellationToken;

        Reply price = await client.RequestAsync("prices", new byte[] { 7 }, TestService.Patience, token);
        Reply stock = await client.RequestAsync("stock", new byte[] { 7 }, TestService.Patience, token);

        Assert.Equal([7], price.Bytes.ToArray());
        Assert.Equal((ReplyOutcome.Rejected, "sold out"), (stock.Outcome, stock.Reason));
    }

    [Fact]
    public async Task Start_OtherHostedServices_HaveTheHostFromTheirStartToTheirStop()
    {
        _test.Put("echo-handler.wat", "mirror.wat");
        // Added before, so that the order of adding is not what keeps it.
        _test.Builder.Services.AddHostedService<Dependent>();
        using IHost service = await _test.StartAsync(faf =>
            faf.AddEndpoint("client").AddComponent("mirror", "mirror.wat")
        );
        MessagingHost host = service.Services.GetRequiredService<MessagingHost>();

        await service.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal([SendStatus.Accepted, SendStatus.Accepted], Dependent.Of(service).Statuses);
        Assert.Equal(0, host.Statistics.Undeliverable);
        Assert.Equal(2, host.Statistics.Accepted);
    }

    /// <summary>What was accepted is handled, for as long as the service's own time to stop.</summary>
    [Fact]
    public async Task Stop_WhileAHandlerWaits_WaitsForIt()
    {
        TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _test.Builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TestService.Patience);
        using IHost service = await _test.StartAsync(faf =>
            faf.Configure(o => (o.StopTimeout, o.HandlerStopTimeout) = (TimeSpan.Zero, TimeSpan.FromSeconds(5)))
                .AddEndpoint(
                    "client",
                    async (_, _) =>
                    {
                        entered.SetResult();
                        await go.Task;
                    }
                )
        );
        MessagingEndpoint client = service.Services.GetRequiredKeyedService<MessagingEndpoint>("client");
        client.Send("client", [1]);
        await entered.Task.WaitAsync(TestService.Patience, TestContext.Current.CancellationToken);

        Task stop = service.StopAsync(TestContext.Current.CancellationToken);
        await TestService.UntilAsync(
            () => service.Services.GetRequiredService<MessagingHost>().IsStopping,
            "the host stops"
        );
        Assert.False(stop.IsCompleted);
        go.SetResult();
        await stop.WaitAsync(TestService.Patience, TestContext.Current.CancellationToken);

        Assert.Equal(1, client.Statistics.Handled);
        // The service's time, less what handlers get that take no notice of their token.
        string seconds = $"for {TestService.Patience.TotalSeconds - 5} s at most";
        Assert.Contains(_test.Lines, line => line.Contains(seconds, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_ManyMistakes_AreToldAtOnce()
    {
        _test.Write(
            "topology.json",
            """{ "components": [{ "id": "A", "path": "a.wat", "sends-to": "b" }], "endpoints": ["lonely"] }"""
        );
        _test.Write("good.json", """{ "components": [], "endpoints": ["lonely"] }""");
        _test.Set(
            ("FireAndForget:Workers", "many"),
            ("FireAndForget:StopTimeout", "-1"),
            ("FireAndForget:Wrokers", "2"),
            ("FireAndForget:CompileCache:MaxByte", "2"),
            ("FireAndForget:Components:0:Id", "mirror"),
            ("FireAndForget:Components:0:Path", "mirror.wat"),
            ("FireAndForget:Components:0:SendsTo", "client"),
            ("FireAndForget:Components:0:Limits:MemoryBytes", "lots"),
            ("FireAndForget:Components:0:Colour", "red")
        );
        OptionsValidationException e = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            _test.StartAsync(faf =>
                faf.Bind(_test.Builder.Configuration.GetSection("FireAndForget"))
                    .AddTopology("topology.json")
                    .AddTopology("good.json")
                    .AddPlugins("nowhere")
                    .AddComponent("code", "code.wat", c => c.MaxMessageBytes = -1)
            )
        );

        string[] failures = [.. e.Failures];
        string[] expected =
        [
            "FireAndForget:Workers: 'many'",
            "FireAndForget:StopTimeout: '-1'",
            "FireAndForget:Wrokers: there is no such option; there are Workers",
            "FireAndForget:CompileCache:MaxByte: there is no such option; there are Folder, MaxBytes",
            "FireAndForget:components:0:sends-to: ",
            "FireAndForget:components:0:limits:memory-bytes: ",
            "FireAndForget:components:0:Colour: ",
            "components[0].id: ",
            "components[0].sends-to: ",
            "Endpoint 'lonely' of ",
            "nowhere",
            "Component 'code': ",
        ];
        Assert.All(
            expected,
            start => Assert.Contains(failures, failure => failure.Contains(start, StringComparison.Ordinal))
        );
        Assert.Equal(expected.Length, failures.Length);
    }

    [Fact]
    public async Task Start_ComponentsThatCannotBeLoaded_AreToldAtOnce()
    {
        _test.Write("bad.wat", "(module");
        OptionsValidationException e = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            _test.StartAsync(faf => faf.AddComponent("a", "bad.wat").AddComponent("b", "missing.wasm"))
        );

        Assert.Equal(2, e.Failures.Count());
    }

    [Fact]
    public async Task Start_AnIdFromTwoPlaces_IsToldWithBoth()
    {
        _test.Put("echo-handler.wat", "plugins/mirror.wat");
        OptionsValidationException e = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            _test.StartAsync(faf => faf.AddComponent("mirror", "plugins/mirror.wat").AddPlugins("plugins"))
        );

        string failure = Assert.Single(e.Failures);
        Assert.Contains("'mirror'", failure, StringComparison.Ordinal);
        Assert.Contains("is there twice", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_EndpointsThatAreWrong_AreToldAtOnce()
    {
        OptionsValidationException e = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            _test.StartAsync(faf =>
                faf.AddEndpoint("Upper")
                    .AddEndpoint("a", (_, _) => default, o => o.MaxConcurrency = 0)
                    .AddEndpoint("b")
                    .AddEndpoint("b")
            )
        );

        Assert.Equal(3, e.Failures.Count());
    }

    [Fact]
    public async Task Bind_ASection_GivesOptionsAndComponents()
    {
        _test.Put("echo-handler.wat", "mirror.wat");
        _test.Set(
            ("FireAndForget:Workers", "3"),
            ("FireAndForget:CompileCache:MaxBytes", "12345678"),
            ("FireAndForget:components:0:id", "mirror"),
            ("FireAndForget:components:0:path", "mirror.wat"),
            ("FireAndForget:components:0:sends-to:0", "client"),
            ("FireAndForget:components:0:ReceivesFrom:0", "client"),
            ("FireAndForget:components:0:codecs:0", "85"),
            ("FireAndForget:components:0:max-message-bytes", "10"),
            ("FireAndForget:components:0:rate:messages-per-second", "0.5"),
            ("FireAndForget:components:1:id", "closed"),
            ("FireAndForget:components:1:path", "mirror.wat"),
            // As a file's empty list comes.
            ("FireAndForget:components:1:receives-from", ""),
            ("FireAndForget:endpoints:0", "client")
        );
        using IHost service = await _test.StartAsync(faf =>
            faf.Bind(_test.Builder.Configuration.GetSection("FireAndForget"))
                .AddEndpoint("client", _ => { })
                .AddEndpoint("other")
        );

        MessagingHostOptions options = service.Services.GetRequiredService<IOptions<MessagingHostOptions>>().Value;
        Assert.Equal(3, options.Workers);
        Assert.Equal(12345678, options.CompileCache!.MaxBytes);
        MessagingEndpoint client = service.Services.GetRequiredKeyedService<MessagingEndpoint>("client");
        MessagingEndpoint other = service.Services.GetRequiredKeyedService<MessagingEndpoint>("other");
        Assert.Equal(SendStatus.Accepted, client.Send("mirror", [0x55]));
        Assert.Equal(SendStatus.UnsupportedCodec, client.Send("mirror", [0x51]));
        Assert.Equal(SendStatus.PayloadTooLarge, client.Send("mirror", new byte[11]));
        Assert.Equal(SendStatus.CapabilityDenied, other.Send("mirror", [0x55]));
        Assert.Equal(SendStatus.CapabilityDenied, client.Send("closed", [0x55]));
    }

    private sealed class Orders
    {
        private readonly ConcurrentQueue<string> _all = new();

        public IReadOnlyCollection<string> All => _all;

        public int Handlers { get; set; }

        public void Add(string order) => _all.Enqueue(order);
    }

    private sealed class OrderHandler : IMessageHandler
    {
        private readonly Orders _orders;

        public OrderHandler(Orders orders)
        {
            _orders = orders;
            _orders.Handlers++;
        }

        public async ValueTask HandleAsync(AsyncMessage message, CancellationToken cancellationToken)
        {
            await Task.Yield();
            _orders.Add($"{message.Sender} {message.Bytes.Length}");
        }
    }

    private sealed class Dependent([FromKeyedServices("client")] IMessageSender client) : IHostedService
    {
        public List<SendStatus> Statuses { get; } = [];

        public static Dependent Of(IHost service) =>
            service.Services.GetServices<IHostedService>().OfType<Dependent>().Single();

        public Task StartAsync(CancellationToken cancellationToken) => SendAsync();

        public Task StopAsync(CancellationToken cancellationToken) => SendAsync();

        private Task SendAsync()
        {
            Statuses.Add(client.Send("mirror", [0]));
            return Task.CompletedTask;
        }
    }
}
