using System.Text;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// What becomes of what C# developers do by mistake: an error or a warning of the build, or an outcome that says what it was in their words.
/// </summary>
[Collection(CSharpProject.Collection)]
public class CSharpMistakeTests
{
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
        "Unhandled exception. System.UnauthorizedAccessException: Access to the path '/etc/passwd' is denied. ---> System.IO.IOException: Operation not permitted (A guest has no files.)"
    )]
    [InlineData(
        "thread",
        "Unhandled exception. System.PlatformNotSupportedException: Operation is not supported on this platform. (A guest has no other threads, no console input,"
    )]
    [InlineData(
        "line",
        "Unhandled exception. System.PlatformNotSupportedException: Operation is not supported on this platform. (A guest has no other threads, no console input,"
    )]
    [InlineData("void", "Unhandled exception. System.InvalidOperationException: nobody awaits it")]
    [InlineData("timer", "Unhandled exception. System.InvalidOperationException: nobody catches it")]
    [InlineData("exit", "it ended itself: exit with code 3")]
    [InlineData("fail", "it wrote: Process terminated. it cannot go on")]
    [InlineData(
        "type",
        "Could not load type 'Shop.Order' from assembly 'Shop'. (A guest's build leaves out what only reflection names:"
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

    /// <summary>Main does what the first of its arguments says.</summary>
    [Theory]
    [InlineData("throw", "Unhandled exception. System.InvalidOperationException: no configuration")]
    [InlineData(
        "twice",
        "System.InvalidOperationException: There is a handler of messages already. Name it once, in Main."
    )]
    [InlineData(
        "large",
        "Unhandled exception. System.OutOfMemoryException: Out of memory (The host gives this guest no more"
    )]
    [InlineData("return", "System.InvalidOperationException: Main returned 4, which says that the guest cannot work.")]
    [InlineData("exit", "it ended itself: exit with code 3")]
    [InlineData("send", "it called send while it was instantiated, which no guest may")]
    public void Mistake_OfMain_FailsTheLoadAndSaysWhatItWas(string mistake, string why) =>
        Assert.Contains(why, FailToLoad(mistake, new()), StringComparison.Ordinal);

    [Fact]
    public void EndlessLoop_OfMain_FailsTheLoad() =>
        Assert.Contains(
            "it ran for more than its load budget of 2000 ms",
            FailToLoad("loop", new() { LoadTimeout = TimeSpan.FromSeconds(2) }),
            StringComparison.Ordinal
        );

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
                    case "clear": Console.Clear(); break;
                    case "fail": Environment.FailFast(null); break;
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
        client.Send("guest", "clear"u8);
        client.Send("guest", "fail"u8);
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
            why =>
                Assert.Contains(
                    "(A guest has no terminal that Console.Clear could clear: what it writes is lines in the host's log.)",
                    why,
                    StringComparison.Ordinal
                ),
            why =>
                Assert.EndsWith(
                    "; it wrote no reason: abort() in C and Environment.FailFast(null) in C# end like this",
                    why,
                    StringComparison.Ordinal
                ),
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

    /// <summary>The compiler knows what the class libraries of a guest do not have.</summary>
    [Fact]
    public void Call_ThatThrowsInEveryGuest_IsWarnedOfByTheBuild()
    {
        using CSharpProject project = new(
            """
            Guest.OnMessage(_ =>
            {
                new Thread(() => { }).Start();
                Console.WriteLine(Console.ReadLine());
            });
            """
        );

        _ = project.Build();

        Assert.Contains("warning CA1416", project.Output, StringComparison.Ordinal);
        Assert.Contains("'Thread.Start()' is unsupported on: 'browser'", project.Output, StringComparison.Ordinal);
        Assert.Contains("'Console.ReadLine()' is unsupported on: 'browser'", project.Output, StringComparison.Ordinal);
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

    /// <summary>Why a guest is not loaded whose Main has an argument.</summary>
    private static string FailToLoad(string argument, LimitOptions limits)
    {
        using MessagingHost host = new(new() { Workers = 0 });
        ComponentOptions options = new()
        {
            Limits = limits,
            Wasi = new() { Arguments = ["guest", argument] },
        };
        return Assert
            .Throws<ComponentLoadException>(() =>
                host.AddComponent("guest", TestFiles.PathOf(TestFiles.CSharpMistakes), options)
            )
            .Message;
    }

    private static IEnumerable<string> Texts(Inbox inbox) =>
        inbox.Received.Select(received => Encoding.UTF8.GetString(received.Bytes));
}
