using Microsoft.AspNetCore.Http;

namespace FireAndForget.AspNetCore;

/// <summary>What may be done from the page, by who has the policy for it.</summary>
internal sealed class HostActions(MessagingHost host)
{
    /// <summary>A header that a form of another site cannot send.</summary>
    public const string Header = "X-FireAndForget";

    public Task RevokeAsync(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        return RunAsync(
            context,
            () =>
                Enum.TryParse(query["capability"], ignoreCase: true, out Capability capability)
                    ? host.Revoke(query["id"].ToString(), capability, query["pattern"].ToString())
                    : throw new ArgumentException("capability is SendsTo or ReceivesFrom.")
        );
    }

    public Task RemoveAsync(HttpContext context) =>
        RunAsync(context, () => host.Remove(context.Request.Query["id"].ToString()));

    /// <summary>Answers 204 where something was done, 404 where there was nothing to do, and 400 with the reason where it cannot be.</summary>
    private static Task RunAsync(HttpContext context, Func<bool> act)
    {
        HttpResponse response = context.Response;
        if (!context.Request.Headers.ContainsKey(Header))
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
            return response.WriteAsync($"Send the header {Header}.");
        }

        try
        {
            response.StatusCode = act() ? StatusCodes.Status204NoContent : StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        catch (ArgumentException e)
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
            return response.WriteAsync(e.Message);
        }
    }
}
