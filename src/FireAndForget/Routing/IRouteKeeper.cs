namespace FireAndForget.Routing;

/// <summary>Keeps routes until they are stale.</summary>
internal interface IRouteKeeper
{
    /// <summary>Removes a stale route. Any thread.</summary>
    void Forget(Route route);
}
