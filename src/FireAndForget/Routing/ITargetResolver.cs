namespace FireAndForget.Routing;

/// <summary>Finds targets under ids that are not registered here, such as those of other hosts or topics.</summary>
internal interface ITargetResolver
{
    /// <summary>
    /// Who is meant by an id, and the same one each time while that holds: routes to it are kept. Where it holds no longer, the
    /// resolver calls <see cref="Participant.Invalidate"/> on the one it gave. Any thread, at each send to an unknown id.
    /// </summary>
    /// <param name="id">A valid id.</param>
    /// <returns>The target with what it accepts; null: there is none.</returns>
    Participant? Resolve(string id);

    /// <summary>Who is registered here begins or ends subscriptions while it runs. Any thread, behind the change.</summary>
    /// <param name="id">Its id.</param>
    void SubscriptionsChanged(string id) { }
}
