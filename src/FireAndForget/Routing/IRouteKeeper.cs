namespace FireAndForget.Routing;

/// <summary>Keeps routes until they are stale.</summary>
internal interface IRouteKeeper
{
    /// <summary>Keeps a route no longer, which is stale. Any thread.</summary>
    void Forget(Route route);
}
