namespace FireAndForget.Dispatching;

/// <summary>Runs the receivers that are ready: on worker threads, or when the caller pumps.</summary>
internal interface IDispatcher
{
    /// <summary>Takes a receiver that has just become ready. Any thread.</summary>
    void Enqueue(Receiver receiver);
}
