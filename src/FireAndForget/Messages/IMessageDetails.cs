namespace FireAndForget.Messages;

/// <summary>Gives the number and the topic of a message that is being handled. They are looked up only where a handler asks for them.</summary>
internal interface IMessageDetails
{
    /// <summary>A message's number. Only while the message is being handled.</summary>
    /// <param name="index">How many places it waits behind the first one.</param>
    long NumberOf(int index);

    /// <summary>The topic under which a message was published; null: it was sent to its receiver. Only while the message is being handled.</summary>
    /// <param name="index">How many places it waits behind the first one.</param>
    string? TopicOf(int index);
}
