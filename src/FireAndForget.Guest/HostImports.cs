// The host's functions, which the C half of a guest (../FireAndForget.Guest.Sdk/native/guest.h) calls for managed code.

using System.Runtime.InteropServices;
using System.Text;

namespace FireAndForget.Guests;

internal static unsafe partial class HostImports
{
    private const string Library = "faf";
    private const int LongestId = 128;

    public static SendStatus Send(string target, ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> id = Encoding.UTF8.GetBytes(target);
        fixed (
            byte* to = id,
                bytes = message
        )
        {
            return (SendStatus)Send(to, id.Length, bytes, message.Length);
        }
    }

    public static SendStatus Publish(string topic, ReadOnlySpan<byte> message, out int accepted)
    {
        ReadOnlySpan<byte> name = Encoding.UTF8.GetBytes(topic);
        int count = 0;
        fixed (
            byte* to = name,
                bytes = message
        )
        {
            SendStatus status = (SendStatus)Publish(to, name.Length, bytes, message.Length, &count);
            accepted = count;
            return status;
        }
    }

    public static SendStatus Request(string target, ReadOnlySpan<byte> message, uint milliseconds, out long request)
    {
        ReadOnlySpan<byte> id = Encoding.UTF8.GetBytes(target);
        long number = 0;
        fixed (
            byte* to = id,
                bytes = message
        )
        {
            SendStatus status = (SendStatus)Request(to, id.Length, bytes, message.Length, (int)milliseconds, &number);
            request = number;
            return status;
        }
    }

    public static SendStatus SendLater(string target, ReadOnlySpan<byte> message, long milliseconds, out long later)
    {
        ReadOnlySpan<byte> id = Encoding.UTF8.GetBytes(target);
        long number = 0;
        fixed (
            byte* to = id,
                bytes = message
        )
        {
            SendStatus status = (SendStatus)SendLater(to, id.Length, bytes, message.Length, milliseconds, &number);
            later = number;
            return status;
        }
    }

    public static bool CancelRequest(long request) => CancelRequestNumber(request) != 0;

    public static bool CancelLater(long later) => CancelLaterNumber(later) != 0;

    public static string SelfId()
    {
        byte* room = stackalloc byte[LongestId];
        return Encoding.UTF8.GetString(room, SelfId(room));
    }

    /// <summary>Writes a text to standard error and traps.</summary>
    public static void Fail(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* first = bytes)
        {
            Fail(first, bytes.Length);
        }
    }

    /// <summary>Runs what waits for the thread pool, or else the next timer. False where nothing waits.</summary>
    /// <param name="mayWait">Whether a timer that is not due is waited for.</param>
    public static bool Pump(bool mayWait) => Pump(mayWait ? 1 : 0) != 0;

    [DllImport(Library, EntryPoint = "faf_message_number")]
    public static extern long MessageNumber();

    [DllImport(Library, EntryPoint = "faf_send")]
    private static extern int Send(byte* target, int targetLength, byte* message, int length);

    [DllImport(Library, EntryPoint = "faf_publish")]
    private static extern int Publish(byte* topic, int topicLength, byte* message, int length, int* accepted);

    [DllImport(Library, EntryPoint = "faf_request")]
    private static extern int Request(
        byte* target,
        int targetLength,
        byte* message,
        int length,
        int milliseconds,
        long* number
    );

    [DllImport(Library, EntryPoint = "faf_send_later")]
    private static extern int SendLater(
        byte* target,
        int targetLength,
        byte* message,
        int length,
        long milliseconds,
        long* number
    );

    [DllImport(Library, EntryPoint = "faf_cancel_request")]
    private static extern int CancelRequestNumber(long request);

    [DllImport(Library, EntryPoint = "faf_cancel_later")]
    private static extern int CancelLaterNumber(long later);

    [DllImport(Library, EntryPoint = "faf_self_id")]
    private static extern int SelfId(byte* room);

    [DllImport(Library, EntryPoint = "faf_pump")]
    private static extern int Pump(int mayWait);

    [DllImport(Library, EntryPoint = "faf_fail")]
    private static extern void Fail(byte* text, int length);
}
