using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FireAndForget.Tests.Hosting;

/// <summary>Makes services in a folder of their own, whose log is kept.</summary>
internal sealed class TestService : IDisposable, ILoggerProvider
{
    /// <summary>After this a test that waits has failed. It is no measure of speed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentQueue<string> _lines = new();

    public TestService()
    {
        Folder = Directory.CreateTempSubdirectory("faf-hosting-").FullName;
        Builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = Folder });
        Builder.Logging.ClearProviders().AddProvider(this);
    }

    public string Folder { get; }

    public HostApplicationBuilder Builder { get; }

    /// <summary>The log, as level and text.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    public static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "fixtures", name);

    /// <summary>Copies a guest into the folder, as a file that is there at once.</summary>
    public void Put(string guest, string file)
    {
        string target = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        string temporary = $"{target}.{Guid.NewGuid():N}";
        File.Copy(Fixture(guest), temporary);
        File.SetLastWriteTimeUtc(temporary, DateTime.UtcNow);
        File.Move(temporary, target, overwrite: true);
    }

    public void Write(string file, string text) => File.WriteAllText(Path.Combine(Folder, file), text);

    /// <summary>Has settings that can be changed while the service runs.</summary>
    public void Set(params (string Key, string? Value)[] settings) =>
        Builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, s.Value)));

    public async Task<IHost> StartAsync(Action<FireAndForget.Hosting.FireAndForgetBuilder> configure)
    {
        Builder.Services.AddFireAndForget(configure);
        IHost service = Builder.Build();
        await service.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    public static async Task UntilAsync(Func<bool> isSo, string what)
    {
        using CancellationTokenSource patience = new(Patience);
        while (!isSo())
        {
            Assert.False(patience.IsCancellationRequested, $"It never came to this: {what}.");
            await Task.Yield();
        }
    }

    public ILogger CreateLogger(string categoryName) => new ListLog(this);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private sealed class ListLog(TestService service) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => service._lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
    }
}
