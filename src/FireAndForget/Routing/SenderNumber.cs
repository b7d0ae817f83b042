namespace FireAndForget.Routing;

/// <summary>
/// A participant's hold on the number of its id. While anybody can reach it, messages may still be sent under that number: also
/// in the middle of a send of one that was removed meanwhile. So nobody gives it back but the garbage collector, and a send keeps
/// its participant alive until the message is in the mailbox.
/// </summary>
internal sealed class SenderNumber(SenderDirectory directory, uint value)
{
    ~SenderNumber() => directory.GiveBack(value);

    public uint Value => value;
}
