using System.Numerics;

namespace FireAndForget.Tests.Properties;

/// <summary>
/// The decision about a send, written down once more as the contract words it: nothing cached, nothing fast, one check after
/// the other. It shares no code with the library.
/// </summary>
internal sealed class SendModel
{
    public Dictionary<string, ModelParticipant> Registered { get; } = [];

    public bool IsHostStopped { get; set; }

    public long Accepted { get; private set; }

    public long Refused { get; private set; }

    /// <summary>
    /// What a send may be answered with: one status, or two where the contract leaves open whether a mailbox has room.
    /// </summary>
    public SendStatus[] Answers(ModelParticipant sender, string target, byte[] message)
    {
        if (!IsId(target))
        {
            return [SendStatus.InvalidMessage];
        }

        if (IsHostStopped || sender.HasLeft)
        {
            return [SendStatus.Closed];
        }

        if (!Registered.TryGetValue(target, out ModelParticipant? receiver))
        {
            return [SendStatus.TargetNotFound];
        }

        if (receiver.IsStopped)
        {
            return [SendStatus.Closed];
        }

        if (!Matches(sender.SendsTo, target) || !Matches(receiver.ReceivesFrom, sender.Given.Id))
        {
            return [SendStatus.CapabilityDenied];
        }

        if (message.Length > receiver.Given.MaxMessageBytes)
        {
            return [SendStatus.PayloadTooLarge];
        }

        if (receiver.Given.Codecs is { } codecs)
        {
            BigInteger? codec = Codec(message);
            if (codec is null)
            {
                return [SendStatus.InvalidMessage];
            }

            if (!codecs.Any(c => c == codec))
            {
                return [SendStatus.UnsupportedCodec];
            }
        }

        if (sender.Allowance is not null && !sender.Allowance.MayTake(message.Length))
        {
            return [SendStatus.RateLimited];
        }

        return Room(receiver, message.Length);
    }

    /// <summary>A send was answered: what it took is taken.</summary>
    public void Answered(ModelParticipant sender, string target, byte[] message, SendStatus answer)
    {
        if (answer != SendStatus.Accepted)
        {
            Refused++;
            return;
        }

        Accepted++;
        sender.Allowance?.Take(message.Length);
        Registered[target].Waiting.Add(message.Length);
    }

    public static bool IsId(string text)
    {
        if (text.Length < 1 || text.Length > 128 || "-_./".Contains(text[0]))
        {
            return false;
        }

        foreach (char c in text)
        {
            if (!"abcdefghijklmnopqrstuvwxyz0123456789-_./".Contains(c))
            {
                return false;
            }
        }

        return true;
    }

    public static bool Matches(IEnumerable<string> patterns, string id)
    {
        foreach (string pattern in patterns)
        {
            bool matches = pattern[^1] == '*' ? id.Length >= pattern.Length - 1 : id.Length == pattern.Length;
            for (int i = 0; matches && i < pattern.Length && pattern[i] != '*'; i++)
            {
                matches = pattern[i] == id[i];
            }

            if (matches)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The number that a message starts with; null where it is cut off, longer than 9 bytes or not minimal.</summary>
    public static BigInteger? Codec(byte[] message)
    {
        BigInteger value = 0;
        BigInteger worth = 1;
        for (int i = 0; i < 9 && i < message.Length; i++)
        {
            value += worth * (message[i] % 128);
            worth *= 128;
            if (message[i] < 128)
            {
                // Of two forms of a number the longer one ends in a zero.
                return i > 0 && message[i] == 0 ? null : value;
            }
        }

        return null;
    }

    private static SendStatus[] Room(ModelParticipant receiver, int length)
    {
        MailboxOptions mailbox = receiver.Given.Mailbox;
        if (mailbox.OverflowPolicy == OverflowPolicy.DropOldest)
        {
            return Between(length <= mailbox.Bytes, RoundUp(length) <= mailbox.Bytes);
        }

        // A message counts its length, or that rounded up to 8; one that is being handled may count or not.
        int inFlight = receiver.InFlight ?? 0;
        int inFlightMessages = receiver.InFlight is null ? 0 : 1;
        int messages = receiver.Waiting.Count + 1;
        bool hasRoomAtBest = messages <= mailbox.Messages && receiver.Waiting.Sum() + length <= mailbox.Bytes;
        bool hasRoomAtWorst =
            messages + inFlightMessages <= mailbox.Messages
            && receiver.Waiting.Sum(RoundUp) + RoundUp(inFlight) + RoundUp(length) <= mailbox.Bytes;
        return Between(hasRoomAtBest, hasRoomAtWorst);
    }

    private static SendStatus[] Between(bool atBest, bool atWorst) =>
        atWorst ? [SendStatus.Accepted]
        : atBest ? [SendStatus.Accepted, SendStatus.QueueFull]
        : [SendStatus.QueueFull];

    private static int RoundUp(int length) => (length + 7) / 8 * 8;
}
