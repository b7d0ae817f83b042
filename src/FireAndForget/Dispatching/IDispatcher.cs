namespace FireAndForget.Dispatching;

/// <summary>Runs the receivers that are ready: on worker threads, or when the caller pumps.</summary>
internal interface IDispatcher
{
    /// <summary>Takes a receiver that has just become ready. Any thread.</summary>
    void Enqueue(Receiver receiver);

    /// <summary>A receiver was taken over from whoever runs it: somebody else has to run the others.</summary>
    void Abandon(Receiver receiver);
}
