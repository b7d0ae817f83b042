namespace FireAndForget.Routing;

/// <summary>Finds targets under ids that are not registered here, such as those of other hosts or topics.</summary>
internal interface ITargetResolver
{
    /// <summary>
    /// Finds the participant under an id. It gives the same object as long as the id means the same, because routes to it are kept;
    /// when that changes, the resolver calls <see cref="Participant.Invalidate"/> on the object that it gave. Any thread, at each
    /// send to an unknown id.
    /// </summary>
    /// <param name="id">A valid id.</param>
    /// <returns>The target with what it accepts; null: there is none.</returns>
    Participant? Resolve(string id);

    /// <summary>Who is registered here begins or ends subscriptions while it runs. Any thread, behind the change.</summary>
    /// <param name="id">Its id.</param>
    void SubscriptionsChanged(string id) { }
}
