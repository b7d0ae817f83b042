using FireAndForget.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace FireAndForget.Tests.Hosting;

/// <summary>Settings that look right and are not: they are refused with what may stand there.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly TestService _test = new();

    public void Dispose() => _test.Dispose();

    [Theory]
    // It was 30 days.
    [InlineData("HandlerStopTimeout", "30", "a time as hours:minutes:seconds", "write 00:00:30 for 30 seconds")]
    [InlineData("StopTimeout", "never", "a time as hours:minutes:seconds, such as 00:00:30")]
    [InlineData("CompileProcess:Timeout", "5", "write 00:00:05")]
    [InlineData("Workers", "1e3", "a whole number in digits alone, such as 1000")]
    [InlineData("Workers", "0x2", "a whole number in digits alone")]
    [InlineData("MemoryBytes", "1GB", "a whole number in digits alone")]
    // These two were taken in silence.
    [InlineData("Workers", "", "a whole number in digits alone")]
    [InlineData("RandomSeed", "", "a whole number in digits alone")]
    [InlineData("CompileCache", "x", "a group of options", "FireAndForget:CompileCache:Folder")]
    [InlineData("Workers", "1025", "0 to 1024 threads")]
    public async Task Start_AValueThatCannotStandThere_IsRefusedWithWhatMay(
        string name,
        string value,
        params string[] words
    )
    {
        _test.Set(($"FireAndForget:{name}", value));

        string failure = Assert.Single(await FailuresAsync());

        Assert.StartsWith($"FireAndForget:{name}: '{value}'", failure, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, failure, StringComparison.Ordinal));
    }

    /// <summary>It was taken in silence.</summary>
    [Fact]
    public async Task Start_ATextInThePlaceOfTheSection_IsRefused()
    {
        _test.Set(("FireAndForget", "oops"));

        string failure = Assert.Single(await FailuresAsync());

        Assert.StartsWith("FireAndForget: 'oops' is a text where options stand", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_TimesWithColons_AreTaken()
    {
        _test.Set(
            ("FireAndForget:HandlerStopTimeout", "00:00:07"),
            ("FireAndForget:CompileProcess:Timeout", "1.00:00:00")
        );

        using IHost service = await StartAsync();

        MessagingHostOptions options = service.Services.GetRequiredService<IOptions<MessagingHostOptions>>().Value;
        Assert.Equal(TimeSpan.FromSeconds(7), options.HandlerStopTimeout);
        Assert.Equal(TimeSpan.FromDays(1), options.CompileProcess!.Timeout);
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The host had no time to handle what it had accepted, and nobody was told.</summary>
    [Fact]
    public async Task Start_HandlersGetAllOfTheTimeToStop_IsRefused()
    {
        _test.Builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(20));
        _test.Set(("FireAndForget:HandlerStopTimeout", "00:00:20"));

        string failure = Assert.Single(await FailuresAsync());

        Assert.Contains(
            "HandlerStopTimeout is 00:00:20, and the service has 00:00:20",
            failure,
            StringComparison.Ordinal
        );
    }

    /// <summary>An infinite time is a negative one, and became none.</summary>
    [Fact]
    public async Task Stop_AServiceThatWaitsForEver_WaitsForMessages()
    {
        _test.Builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        using IHost service = await StartAsync();

        await service.StopAsync(TestContext.Current.CancellationToken);

        Assert.DoesNotContain(_test.Lines, line => line.Contains("for 0 s at most", StringComparison.Ordinal));
    }

    private Task<IHost> StartAsync() =>
        _test.StartAsync(faf =>
            faf.Bind(_test.Builder.Configuration.GetSection("FireAndForget")).AddEndpoint("client")
        );

    private async Task<IEnumerable<string>> FailuresAsync() =>
        (await Assert.ThrowsAsync<OptionsValidationException>(StartAsync)).Failures;
}
