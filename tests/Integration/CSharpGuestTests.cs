using System.Text;
using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Guests in C#: what the runtime in them does, what becomes of mistakes, and building them.</summary>
[Collection(CSharpProject.Collection)]
public class CSharpGuestTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("throw", "Unhandled exception. System.InvalidOperationException: no such item")]
    [InlineData(
        "null",
        "Unhandled exception. System.NullReferenceException: Object reference not set to an instance of an object."
    )]
    [InlineData("eat", "Unhandled exception. System.OutOfMemoryException: Out of memory")]
    [InlineData("large", "Unhandled exception. System.OutOfMemoryException: Out of memory")]
    [InlineData(
        "deep",
        "FATAL UNHANDLED EXCEPTION: System.StackOverflowException: The requested operation caused a stack overflow."
    )]
    [InlineData("never", "Unhandled exception. System.InvalidOperationException: The handler awaits ")]
    [InlineData(
        "wait",
        "Unhandled exception. System.PlatformNotSupportedException: Cannot wait on monitors on this runtime."
    )]
    [InlineData(
        "file",
        "Unhandled exception. System.UnauthorizedAccessException: Access to the path '/etc/passwd' is denied."
    )]
    public async Task Mistake_OfAHandler_TrapsAndSaysWhatItWas(string mistake, string why)
    {
        await using TestHost host = new();
        host.Add("guest", TestFiles.CSharpMistakes, new() { SendsTo = ["client"] });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.Send("guest", Encoding.UTF8.GetBytes(mistake));
        client.Send("guest", "hello"u8);

        await host.SettleAsync();

        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal(Outcome.Trapped, letter.Outcome);
        Assert.Contains(why, letter.Reason, StringComparison.Ordinal);
        Assert.Equal([":hello"], Texts(inbox));
    }

    [Fact]
    public async Task EndlessLoop_OfAHandler_TimesOut()
    {
        await using TestHost host = new();
        ComponentOptions options = new() { Limits = new() { MessageTimeout = TimeSpan.FromMilliseconds(50) } };
        host.Add("guest", TestFiles.CSharpMistakes, options);
        host.AddSender().Send("guest", "loop"u8);

        await host.SettleAsync();

        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal((Outcome.TimedOut, "it took more than its budget of 50 ms"), (letter.Outcome, letter.Reason));
    }

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

    /// <summary>The same source in both forms, and what only one of them has.</summary>
    [Theory]
    [InlineData("component", "it is not answered")]
    [InlineData("core-module", "")]
    public async Task Project_IsBuiltIntoAGuestThatRuns(string format, string reason)
    {
        using CSharpProject project = new(
            """
            Guest.OnMessage(message => { Messaging.Send(message.Sender, message.Text.ToUpperInvariant()); });
            Guest.OnRequest(_ => Answer.Reject("it is not answered"));
            """,
            $"<GuestFormat>{format}</GuestFormat>"
        );
        await using TestHost host = new();
        host.Host.AddComponent("guest", project.Build(), new() { SendsTo = ["client"] });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.Send("guest", "hello"u8);

        Reply reply = await client.RequestAsync("guest", "x"u8, TestHost.Patience, Token);
        await host.SettleAsync();

        Assert.Equal(["HELLO"], Texts(inbox));
        Assert.Contains(reason, reply.Reason, StringComparison.Ordinal);
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

    /// <summary>What an outcome tells is the first line: the cause stands there, and what .NET does not know of guests.</summary>
    [Fact]
    public async Task Exceptions_OfAllKinds_SayTheirCauseInALine()
    {
        using CSharpProject project = new(
            """
            Guest.OnMessage(async message =>
            {
                switch (message.Text)
                {
                    case "http": await new HttpClient().GetStringAsync("http://localhost/"); break;
                    case "static": Broken.Use(); break;
                    case "wait": Task.Delay(1).Wait(); break;
                    case "nasty": throw new Nasty();
                }
            });

            static class Broken
            {
                private static readonly string Value = Read();
                public static void Use() => Console.WriteLine(Value);
                private static string Read() => throw new InvalidOperationException("no configuration");
            }

            class Nasty : Exception
            {
                public override string ToString() => throw new FormatException();
            }
            """
        );
        await using TestHost host = new();
        host.Host.AddComponent("guest", project.Build());
        MessagingEndpoint client = host.AddSender();
        client.Send("guest", "static"u8);
        client.Send("guest", "wait"u8);
        client.Send("guest", "nasty"u8);
        client.Send("guest", "http"u8);

        await host.SettleAsync();

        Assert.Collection(
            host.DeadLetters.Select(letter => letter.Reason),
            why =>
                Assert.EndsWith(
                    "---> System.InvalidOperationException: no configuration",
                    why,
                    StringComparison.Ordinal
                ),
            why =>
                Assert.Contains(
                    "Cannot wait on monitors on this runtime. (A guest has one thread: await in place of Wait()",
                    why,
                    StringComparison.Ordinal
                ),
            why => Assert.Contains("Nasty, whose text cannot be had", why, StringComparison.Ordinal),
            why => Assert.Contains("(A guest has no network.)", why, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Main_ThatNamesNoHandler_FailsTheLoadWithItsText()
    {
        using CSharpProject project = new("Console.WriteLine();");
        using MessagingHost host = new(new() { Workers = 0 });
        string guest = project.Build();

        ComponentLoadException error = Assert.Throws<ComponentLoadException>(() => host.AddComponent("guest", guest));

        Assert.Contains(
            "System.InvalidOperationException: The guest has no handler.",
            error.Message,
            StringComparison.Ordinal
        );
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

    /// <summary>A call would throw a DllNotFoundException, so that the build says so.</summary>
    [Theory]
    [InlineData("[DllImport(\"c\")] public static extern int puts(string text);")]
    [InlineData(
        "[LibraryImport(\"c\", StringMarshalling = StringMarshalling.Utf8)] public static partial int puts(string text);"
    )]
    public void NativeCode_OfTheGuest_IsRefusedByName(string declaration)
    {
        using CSharpProject project = new(
            $$"""
            using System.Runtime.InteropServices;

            Guest.OnMessage(_ => Shop.Native.puts("x"));

            namespace Shop
            {
                static partial class Native
                {
                    {{declaration}}
                }
            }
            """,
            "<AllowUnsafeBlocks>true</AllowUnsafeBlocks>"
        );

        Assert.Contains(
            "guest.dll : error FAF002: Shop.Native declares native functions that are not there: puts of c.",
            project.FailToBuild(),
            StringComparison.Ordinal
        );
    }

    /// <summary>The class library's own is a warning, since the guest need not come there; here it does.</summary>
    [Fact]
    public async Task NativeCode_OfTheClassLibrary_IsBuiltAndMissingInTheGuest()
    {
        using CSharpProject project = new(
            """
            using System.IO.Compression;

            Guest.OnMessage(message =>
            {
                using GZipStream stream = new(new MemoryStream(), CompressionLevel.Optimal);
                stream.Write(message.Bytes.Span);
            });
            """
        );
        await using TestHost host = new();
        host.Host.AddComponent("guest", project.Build());
        host.AddSender().Send("guest", "hello"u8);

        await host.SettleAsync();

        Assert.Contains(
            "System.IO.Compression.ZLibException",
            Assert.Single(host.DeadLetters).Reason,
            StringComparison.Ordinal
        );
    }

    private static IEnumerable<string> Texts(Inbox inbox) =>
        inbox.Received.Select(received => Encoding.UTF8.GetString(received.Bytes));
}
