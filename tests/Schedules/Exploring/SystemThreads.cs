namespace FireAndForget.Tests.Exploring;

/// <summary>Threads of the system that run scheduled ones, used again and again: a new one for each would cost more than most runs.</summary>
internal static class SystemThreads
{
    private static readonly Stack<Pooled> Idle = new();

    public static void Run(Action body)
    {
        Pooled? pooled;
        lock ((object)Idle)
        {
            Idle.TryPop(out pooled);
        }

        (pooled ?? new()).Run(body);
    }

    private sealed class Pooled
    {
        private readonly SemaphoreSlim _given = new(0);
        private Action? _body;

        public Pooled()
        {
            System.Threading.Thread thread = new(RunAll) { IsBackground = true };
            thread.Start();
        }

        public void Run(Action body)
        {
            _body = body;
            _given.Release();
        }

        private void RunAll()
        {
            while (true)
            {
                _given.Wait();
                _body!();
                lock ((object)Idle)
                {
                    Idle.Push(this);
                }
            }
        }
    }
}
