namespace FireAndForget.Tests.Faults;

/// <summary>What has to hold.</summary>
internal static class Expect
{
    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InvalidOperationException($"{what}: {actual} instead of {expected}.");
        }
    }

    /// <summary>That it throws this on the calling thread.</summary>
    public static void Throws<TException>(Action action)
        where TException : Exception
    {
        try
        {
            action();
        }
        catch (TException)
        {
            return;
        }

        throw new InvalidOperationException($"No {typeof(TException).Name} came.");
    }

    /// <summary>That it throws this on this thread, on one of the pool, and on one of its own.</summary>
    public static async Task ThrowsEverywhereAsync<TException>(Action action)
        where TException : Exception
    {
        Throws<TException>(action);
        await Task.Run(() => Throws<TException>(action));
        Exception? failed = null;
        Thread thread = new(() =>
        {
            try
            {
                Throws<TException>(action);
            }
            catch (InvalidOperationException e)
            {
                failed = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failed is not null)
        {
            throw failed;
        }
    }
}
