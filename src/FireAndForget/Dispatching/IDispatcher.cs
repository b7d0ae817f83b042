namespace FireAndForget.Dispatching;

/// <summary>Runs the receivers that are ready: on worker threads, or when the caller pumps.</summary>
internal interface IDispatcher
{
    /// <summary>Takes a receiver that has just become ready. Any thread.</summary>
    void Enqueue(Receiver receiver);

    /// <summary>
    /// Notes that a receiver was taken over from the thread that runs it. That thread may not come back, so another one has to run
    /// the other receivers.
    /// </summary>
    void Abandon(Receiver receiver);

    /// <summary>
    /// Called where a send has caused events, outside of all locks: one of the dispatcher's own threads waits here until there is
    /// room for more, any other thread does not.
    /// </summary>
    void WaitForEventRoom() { }
}
