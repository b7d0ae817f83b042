namespace FireAndForget;

/// <summary>Handles one message of an endpoint. Runs on a worker, for one message at a time and in order.</summary>
/// <param name="message">The message, valid until the handler returns.</param>
/// <remarks>An exception becomes the message's outcome (<see cref="Outcome.Trapped"/>) and a dead letter.</remarks>
public delegate void MessageHandler(ReceivedMessage message);
