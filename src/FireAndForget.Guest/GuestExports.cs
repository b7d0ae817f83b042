// What the C half of a guest (../FireAndForget.Guest.Sdk/native/guest.c) calls. No exception may leave these functions: each becomes a
// rejection, or a line on standard error and a trap.

using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace FireAndForget.Guests;

internal static unsafe class GuestExports
{
    // The numbers of guest.h.
    private const int Request = 1;
    private const int Topic = 2;

    /// <summary>The struct answer of guest.h. The C half frees the bytes.</summary>
    internal struct AnswerToHost
    {
        public int IsRejected;
        public byte* Bytes;
        public int Length;
    }

    /// <summary>Runs the guest's Main, or the initialiser of a library.</summary>
    [UnmanagedCallersOnly(EntryPoint = "faf_start")]
    public static void Start(byte* name, int length)
    {
        try
        {
            Run(Assembly.Load(new AssemblyName(Encoding.UTF8.GetString(name, length))));
            if (Guest.MessageHandler is null && Guest.RequestHandler is null && Guest.TopicHandler is null)
            {
                throw new InvalidOperationException(
                    "The guest has no handler. Its Main, or a module initializer, calls Guest.OnMessage, OnRequest or OnTopic."
                );
            }
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    /// <summary>Handles a message, request or message of a topic.</summary>
    [UnmanagedCallersOnly(EntryPoint = "faf_handle")]
    public static void Handle(
        int kind,
        byte* topic,
        int topicLength,
        byte* sender,
        int senderLength,
        byte* message,
        int length,
        AnswerToHost* answer
    )
    {
        try
        {
            ReceivedMessage received = new(
                Encoding.UTF8.GetString(sender, senderLength),
                new ReadOnlySpan<byte>(message, length).ToArray(),
                topic is null ? null : Encoding.UTF8.GetString(topic, topicLength)
            );
            Give(Handle(kind, received), answer);
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    /// <summary>Calls the handler that waits for the reply to a request.</summary>
    [UnmanagedCallersOnly(EntryPoint = "faf_handle_reply")]
    public static void HandleReply(long request, int outcome, byte* bytes, int length)
    {
        try
        {
            ReadOnlyMemory<byte> answer = outcome == 0 ? new ReadOnlySpan<byte>(bytes, length).ToArray() : default;
            Messaging.TakeReply(request, new((ReplyOutcome)outcome, answer));
            RunWhatIsDue();
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private static void Run(Assembly guest)
    {
        if (guest.EntryPoint is not { } main)
        {
            RuntimeHelpers.RunModuleConstructor(guest.ManifestModule.ModuleHandle);
            return;
        }

        main = AsyncMainOf(main) ?? main;
        // The first is the guest's own name, which a Main does not get.
        object?[] arguments =
            main.GetParameters().Length == 0 ? [] : [Environment.GetCommandLineArgs().Skip(1).ToArray()];
        object? result = main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        if (result is Task task)
        {
            WaitFor(task, "Main");
            task.GetAwaiter().GetResult();
            result = (task as Task<int>)?.Result;
        }

        if (result is int code and not 0)
        {
            throw new InvalidOperationException($"Main returned {code}, which says that the guest cannot work.");
        }
    }

    /// <summary>
    /// Of an asynchronous Main the compiler makes an entry point that calls it and blocks the thread until it has ended, which no thread can
    /// here. This is what that one calls; null where Main is not asynchronous.
    /// </summary>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The guest's own assembly is kept whole.")]
    private static MethodInfo? AsyncMainOf(MethodInfo entry)
    {
        const BindingFlags Declared = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        return entry.Name == "<Main>"
            ? entry
                .DeclaringType!.GetMethods(Declared)
                .FirstOrDefault(method =>
                    method.Name is "Main" or "<Main>$" && typeof(Task).IsAssignableFrom(method.ReturnType)
                )
            : null;
    }

    private static Answer Handle(int kind, ReceivedMessage received)
    {
        try
        {
            return kind == Request ? HandleRequest(received) : HandleMessage(received, kind == Topic);
        }
        catch (MessageRejectedException e)
        {
            return Answer.Reject(e.Message);
        }
    }

    private static Answer HandleMessage(ReceivedMessage message, bool isOfTopic)
    {
        Func<ReceivedMessage, Task?>? handler = (isOfTopic ? Guest.TopicHandler : null) ?? Guest.MessageHandler;
        if (handler is null)
        {
            return Answer.Reject("the guest handles requests only: it did not call Guest.OnMessage");
        }

        if (handler(message) is { } task)
        {
            WaitFor(task, "The handler");
            task.GetAwaiter().GetResult();
        }

        RunWhatIsDue();
        return default;
    }

    private static Answer HandleRequest(ReceivedMessage request)
    {
        if (Guest.RequestHandler is not { } handler)
        {
            return Answer.Reject("the guest answers no requests: it did not call Guest.OnRequest");
        }

        Task<Answer> answer = handler(request);
        WaitFor(answer, "The handler");
        RunWhatIsDue();
        return answer.GetAwaiter().GetResult();
    }

    private static void WaitFor(Task task, string who)
    {
        while (!task.IsCompleted)
        {
            if (!HostImports.Pump(mayWait: true))
            {
                throw new InvalidOperationException(
                    $"{who} awaits something that cannot come while it waits: no timer runs and nothing waits for the thread pool. "
                        + "(The answer to a request comes when the message is over.)"
                );
            }
        }
    }

    private static void RunWhatIsDue()
    {
        while (HostImports.Pump(mayWait: false)) { }
    }

    private static void Give(Answer answer, AnswerToHost* result)
    {
        ReadOnlySpan<byte> bytes = answer.Rejection is { } reason ? Encoding.UTF8.GetBytes(reason) : answer.Bytes.Span;
        result->IsRejected = answer.Rejection is null ? 0 : 1;
        result->Length = bytes.Length;
        result->Bytes = bytes.IsEmpty ? null : (byte*)NativeMemory.Alloc((nuint)bytes.Length);
        bytes.CopyTo(new(result->Bytes, bytes.Length));
    }

    private static void Fail(Exception exception)
    {
        string text = TextOf(exception);
        int firstLine = text.IndexOf('\n', StringComparison.Ordinal);
        HostImports.Fail(
            "Unhandled exception. "
                + MissingOf(text)
                + text.Insert(firstLine < 0 ? text.Length : firstLine, Advice.On(exception))
        );
    }

    /// <summary>HttpClient and the like need JavaScript, in words about types that tell nobody so.</summary>
    private static string MissingOf(string text) =>
        !text.Contains("System.Runtime.InteropServices.JavaScript", StringComparison.Ordinal) ? ""
        : text.Contains("System.Net.", StringComparison.Ordinal) ? "(A guest has no network.) "
        : "(A guest is not in a browser.) ";

    /// <summary>The exception as a text, on whose first line, which alone is told with the outcome, what caused it stands too.</summary>
    private static string TextOf(Exception exception)
    {
        try
        {
            return exception.ToString().Replace($"{Environment.NewLine} ---> ", " ---> ", StringComparison.Ordinal);
        }
        catch (Exception e)
        {
            return $"{exception.GetType()}, whose text cannot be had: its ToString threw {e.GetType()}.";
        }
    }
}
