namespace FireAndForget.Messages;

/// <summary>Knows more of the messages that are being handled, so that it is looked up for those alone who ask.</summary>
internal interface IMessageDetails
{
    /// <summary>A message's number; for who handles it.</summary>
    /// <param name="index">How many places it waits behind the first one.</param>
    long NumberOf(int index);

    /// <summary>The topic under which a message was published; null: it was sent to its receiver. For who handles it.</summary>
    /// <param name="index">How many places it waits behind the first one.</param>
    string? TopicOf(int index);
}
