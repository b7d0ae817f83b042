namespace FireAndForget.Messages;

/// <summary>Knows the numbers of messages that are being handled, so that they are made for those alone who ask.</summary>
internal interface IMessageNumbers
{
    /// <summary>A message's number; for who handles it.</summary>
    /// <param name="index">How many places it waits behind the first one.</param>
    long NumberOf(int index);
}
