using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace FireAndForget.Cli;

/// <summary>
/// Bounds how many connections a server has. Beyond the bound the oldest one on which nothing is being answered gives way to a new one, so
/// that nobody keeps readers out by opening connections and asking nothing.
/// </summary>
/// <param name="most">How many connections there may be.</param>
internal sealed class ConnectionRoom(int most)
{
    private readonly Lock _lock = new();

    /// <summary>The connections, the oldest first.</summary>
    private readonly LinkedList<Held> _held = new();

    /// <summary>Serves a connection where there is room, and closes it else.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        Held held = new(connection);
        if (!TryAdd(held, out Held? idle))
        {
            connection.Abort();
            return;
        }

        idle?.Connection.Abort();
        connection.Features.Set(held);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _held.Remove(held);
            }
        }
    }

    /// <summary>Marks the connection of a request as one that is used, until the result is disposed of.</summary>
    /// <param name="features">The request's features, which have those of its connection.</param>
    public static IDisposable? BeginRequest(IFeatureCollection features)
    {
        Held? held = features.Get<Held>();
        held?.Begin();
        return held;
    }

    private bool TryAdd(Held held, out Held? idle)
    {
        idle = null;
        lock (_lock)
        {
            if (_held.Count >= most)
            {
                idle = _held.FirstOrDefault(other => other.IsIdle);
                if (idle is null)
                {
                    return false;
                }

                _held.Remove(idle);
            }

            _held.AddLast(held);
            return true;
        }
    }

    /// <summary>A connection, which is disposed of at the end of each request.</summary>
    private sealed class Held(ConnectionContext connection) : IDisposable
    {
        private volatile bool _isUsed;

        public ConnectionContext Connection => connection;

        public bool IsIdle => !_isUsed;

        public void Begin() => _isUsed = true;

        public void Dispose() => _isUsed = false;
    }
}
