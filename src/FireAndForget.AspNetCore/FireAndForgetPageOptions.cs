namespace FireAndForget.AspNetCore;

/// <summary>What may be done from a host's page.</summary>
public sealed class FireAndForgetPageOptions
{
    /// <summary>
    /// The authorization policy that lets somebody act: <c>POST PATTERN/revoke?id=..&amp;capability=SendsTo&amp;pattern=..</c>,
    /// <c>POST PATTERN/restart?id=..</c>, <c>POST PATTERN/replace?id=..</c> with the guest as body, and
    /// <c>POST PATTERN/remove?id=..</c>, each with a header <c>X-FireAndForget</c>, which no form of another site can send. A guest has
    /// 64 MiB at most. The policy has to be there when the page is mapped. Default null: there are no such routes, and the page only
    /// shows.
    /// </summary>
    public string? ActionsPolicy { get; set; }
}
