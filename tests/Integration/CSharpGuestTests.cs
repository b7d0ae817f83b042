using System.Text;
using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Guests in C#: what the runtime in them does, and building them.</summary>
[Collection(CSharpProject.Collection)]
public class CSharpGuestTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A core module has no words for it: they are in the log.</summary>
    [Fact]
    public async Task Rejection_OfACoreModule_IsLogged()
    {
        ListLogger log = new();
        await using MessagingHost host = new(new() { Workers = 0, Logger = log });
        host.AddComponent("guest", TestFiles.PathOf(TestFiles.CSharpMistakes));
        host.AddEndpoint("client").Send("guest", "reject"u8);

        host.Pump();

        Assert.Equal(1, host.Statistics.Rejected);
        Assert.Equal(
            ["guest wrote to stderr: rejected: it is not wanted"],
            log.Of(400).Select(written => written.Text)
        );
    }

    /// <summary>It imports a type of messaging under a name of its own.</summary>
    [Theory]
    [InlineData(GuestRuntime.Direct)]
    [InlineData(GuestRuntime.ComponentApi)]
    public async Task Rejection_OfAComponent_SaysWhy(GuestRuntime runtime)
    {
        await using TestHost host = new(runtime: runtime);
        host.Add("mirror", TestFiles.CSharpMirror);
        host.AddSender().Send("mirror", "hello"u8);

        await host.SettleAsync();

        Assert.Equal("the answer was refused: CapabilityDenied", Assert.Single(host.DeadLetters).Reason);
    }

    [Theory]
    [InlineData("delay", "later")]
    [InlineData("json", "6")]
    [InlineData("who", "guest of client, 1")]
    [InlineData("ask", "Handled: question of guest")]
    [InlineData("arguments", "mistakes.dll")]
    public async Task Message_ThatSaysWhatToDo_HasItDone(string message, string answer)
    {
        await using TestHost host = new();
        ComponentOptions options = new() { SendsTo = ["client", "answers"] };
        host.Add("guest", TestFiles.CSharpMistakes, options);
        host.Add("answers", TestFiles.CSharpMistakes);
        host.AddInbox("client", out Inbox inbox).Send("guest", Encoding.UTF8.GetBytes(message));

        await host.SettleAsync();
        await TestHost.UntilAsync(() => inbox.Count != 0, "an answer came");

        Assert.Empty(host.DeadLetters);
        Assert.Equal([answer], Texts(inbox));
    }

    [Fact]
    public async Task Request_IsAnsweredOrRejected()
    {
        await using TestHost host = new();
        host.Add("guest", TestFiles.CSharpMistakes);
        MessagingEndpoint client = host.AddSender();

        Reply answer = await client.RequestAsync("guest", "apple"u8, TestHost.Patience, Token);
        Reply rejection = await client.RequestAsync("guest", "no"u8, TestHost.Patience, Token);

        Assert.Equal("apple of client", Encoding.UTF8.GetString(answer.Bytes.Span));
        Assert.Equal(ReplyOutcome.Rejected, rejection.Outcome);
    }

    /// <summary>The same source in both forms, what both are granted, and what only one of them has.</summary>
    [Theory]
    [InlineData("component", "it is not answered")]
    [InlineData("core-module", "")]
    public async Task Project_IsBuiltIntoAGuestThatRuns(string format, string reason)
    {
        using CSharpProject project = new(
            """
            Guest.OnMessage(message => { Messaging.Send(message.Sender, string.Join(' ', [message.Text.ToUpperInvariant(), .. args])); });
            Guest.OnRequest(_ => Answer.Reject("it is not answered"));
            """,
            $"<GuestFormat>{format}</GuestFormat>"
        );
        await using TestHost host = new();
        ComponentOptions options = new()
        {
            SendsTo = ["client"],
            Wasi = new() { Arguments = ["guest", "one", "and another"] },
        };
        host.Host.AddComponent("guest", project.Build(), options);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.Send("guest", "hello"u8);

        Reply reply = await client.RequestAsync("guest", "x"u8, TestHost.Patience, Token);
        await host.SettleAsync();

        Assert.Equal(["HELLO one and another"], Texts(inbox));
        Assert.Contains(reason, reply.Reason, StringComparison.Ordinal);
    }

    /// <summary>NuGet's folder has no separator at its end then, which made a path of two names that were run together.</summary>
    [Fact]
    public void Project_WithAFolderOfPackagesThatIsNamedByAVariable_IsBuilt()
    {
        string packages =
            Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        using CSharpProject project = new("Guest.OnMessage(_ => { });")
        {
            Packages = Path.TrimEndingDirectorySeparator(packages),
        };

        Assert.True(File.Exists(project.Build()));
    }

    [Fact]
    public void Library_WithAModuleInitializer_IsAGuestToo()
    {
        using CSharpProject project = new(
            """
            using System.Runtime.CompilerServices;

            static class Plugin
            {
                [ModuleInitializer]
                internal static void Start() => Guest.OnMessage(_ => { });
            }
            """,
            "<OutputType>Library</OutputType>"
        );
        using MessagingHost host = new(new() { Workers = 0 });
        host.AddComponent("guest", project.Build());
        host.AddEndpoint("client").Send("guest", "hello"u8);

        host.Pump();

        Assert.Equal(1, host.Statistics.Handled);
    }

    /// <summary>The compiler's entry point of such a Main blocks the only thread, which threw.</summary>
    [Fact]
    public void Main_ThatAwaits_IsWaitedFor()
    {
        using CSharpProject project = new(
            """
            await Task.Delay(1);
            string text = await Task.Run(() => "later");
            Guest.OnMessage(message => { Messaging.Send(message.Sender, text); });
            """
        );
        using MessagingHost host = new(new() { Workers = 0 });
        host.AddComponent("guest", project.Build(), new() { SendsTo = ["client"] });
        Inbox inbox = new();
        host.AddEndpoint("client", inbox.Handle).Send("guest", "hello"u8);

        host.Pump();

        Assert.Equal(["later"], Texts(inbox));
    }

    [Theory]
    [InlineData("<GuestFormat>dll</GuestFormat>", "GuestFormat is 'dll'. It is component or core-module.")]
    [InlineData(
        "<TargetFramework>net8.0</TargetFramework>",
        "TargetFramework is 'net8.0'. A guest's is net10.0, also where the property is left out."
    )]
    public void Project_OfAnotherForm_IsRefusedByName(string property, string problem)
    {
        using CSharpProject project = new("Guest.OnMessage(_ => { });", property);

        Assert.Contains(problem, project.FailToBuild(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Texts(Inbox inbox) =>
        inbox.Received.Select(received => Encoding.UTF8.GetString(received.Bytes));
}
