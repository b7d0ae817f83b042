// What the guest does with what it is sent. This runs once in each fresh instance, before the first message.

Guest.OnMessage(message =>
{
    byte[] bytes = message.Bytes.ToArray();
    Array.Reverse(bytes);
    if (Messaging.Send(message.Sender, bytes) is var status and not SendStatus.Accepted)
    {
        throw new MessageRejectedException($"the answer was refused: {status}");
    }
});
