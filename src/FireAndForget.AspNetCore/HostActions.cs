using Microsoft.AspNetCore.Http;

namespace FireAndForget.AspNetCore;

/// <summary>The actions that the page offers to users whom the policy allows.</summary>
internal sealed class HostActions(MessagingHost host)
{
    /// <summary>A header that a form of another site cannot send.</summary>
    public const string Header = "X-FireAndForget";

    /// <summary>The most bytes of a guest that is given here.</summary>
    private const int MostBytes = 64 << 20;

    public Task RevokeAsync(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        return RunAsync(
            context,
            () =>
                Enum.TryParse(query["capability"], ignoreCase: true, out Capability capability)
                    ? Task.FromResult(host.Revoke(query["id"].ToString(), capability, query["pattern"].ToString()))
                    : throw new ArgumentException("capability is SendsTo or ReceivesFrom.")
        );
    }

    public Task RemoveAsync(HttpContext context) =>
        RunAsync(context, () => Task.FromResult(host.Remove(context.Request.Query["id"].ToString())));

    public Task RestartAsync(HttpContext context) =>
        RunAsync(
            context,
            async () =>
            {
                if (!host.TryGetComponent(context.Request.Query["id"].ToString(), out Component? component))
                {
                    return false;
                }

                await component.RestartAsync(context.RequestAborted).ConfigureAwait(false);
                return true;
            }
        );

    /// <summary>Replaces a component by the guest in the request's body: a binary, or WebAssembly's text format.</summary>
    public Task ReplaceAsync(HttpContext context) =>
        RunAsync(
            context,
            async () =>
            {
                if (!host.TryGetComponent(context.Request.Query["id"].ToString(), out Component? component))
                {
                    return false;
                }

                ComponentSource source = await ReadSourceAsync(context.Request).ConfigureAwait(false);
                await component.ReplaceAsync(source, options: null, context.RequestAborted).ConfigureAwait(false);
                return true;
            }
        );

    private static async Task<ComponentSource> ReadSourceAsync(HttpRequest request)
    {
        const string Name = "the uploaded guest";
        using MemoryStream body = new();
        byte[] part = new byte[81920];
        int count;
        while (
            (count = await request.Body.ReadAsync(part, request.HttpContext.RequestAborted).ConfigureAwait(false)) > 0
        )
        {
            if (body.Length + count > MostBytes)
            {
                throw new ArgumentException($"The guest has more than {MostBytes} bytes; replace it in code.");
            }

            body.Write(part, 0, count);
        }

        byte[] bytes = body.ToArray();
        return bytes.AsSpan().StartsWith("\0asm"u8)
            ? ComponentSource.FromBytes(bytes, Name)
            : ComponentSource.FromText(System.Text.Encoding.UTF8.GetString(bytes), Name);
    }

    /// <summary>
    /// Answers 204 where something was done, 404 where there was nothing to do, 400 with the reason where it cannot be, and 409 where the
    /// component or host has stopped.
    /// </summary>
    private static async Task RunAsync(HttpContext context, Func<Task<bool>> act)
    {
        HttpResponse response = context.Response;
        string? reason = null;
        if (!context.Request.Headers.ContainsKey(Header))
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
            reason = $"Send the header {Header}.";
        }
        else
        {
            try
            {
                response.StatusCode = await act().ConfigureAwait(false)
                    ? StatusCodes.Status204NoContent
                    : StatusCodes.Status404NotFound;
            }
            catch (Exception e) when (e is ArgumentException or ComponentLoadException)
            {
                response.StatusCode = StatusCodes.Status400BadRequest;
                reason = e.Message;
            }
            catch (InvalidOperationException e)
            {
                response.StatusCode = StatusCodes.Status409Conflict;
                reason = e.Message;
            }
        }

        if (reason is not null)
        {
            PageFiles.SetHeaders(context, "text/plain; charset=utf-8");
            await response.WriteAsync(reason, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
