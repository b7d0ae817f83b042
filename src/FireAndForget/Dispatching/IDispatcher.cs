namespace FireAndForget.Dispatching;

/// <summary>Runs the receivers that are ready: on worker threads, or when the caller pumps.</summary>
internal interface IDispatcher
{
    /// <summary>Takes a receiver that has just become ready. Any thread.</summary>
    void Enqueue(Receiver receiver);

    /// <summary>A receiver was taken over from the thread that runs it, which may not come back: another has to run the others.</summary>
    void Abandon(Receiver receiver);

    /// <summary>
    /// Called where a send has caused events, outside of all locks: one of the dispatcher's own threads waits here until there is
    /// room for more, any other thread does not.
    /// </summary>
    void WaitForEventRoom() { }
}
