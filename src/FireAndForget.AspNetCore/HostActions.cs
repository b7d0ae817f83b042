using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

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
            id =>
            {
                Capability capability = CapabilityOf(query["capability"].ToString());
                string pattern = query["pattern"].ToString();
                return Task.FromResult(
                    !host.TryGetComponent(id, out _) && !host.TryGetEndpoint(id, out _)
                        ? $"No component or endpoint is registered under '{id}'."
                    : host.Revoke(id, capability, pattern) ? null
                    : $"'{id}' has no {capability} '{pattern}'."
                );
            }
        );
    }

    public Task RemoveAsync(HttpContext context) =>
        RunAsync(
            context,
            id => Task.FromResult(host.Remove(id) ? null : $"No component or endpoint is registered under '{id}'.")
        );

    public Task RestartAsync(HttpContext context) =>
        RunAsync(
            context,
            async id =>
            {
                if (!host.TryGetComponent(id, out Component? component))
                {
                    return NoComponent(id);
                }

                await component.RestartAsync(context.RequestAborted).ConfigureAwait(false);
                return null;
            }
        );

    /// <summary>Replaces a component by the guest in the request's body: a binary, or WebAssembly's text format.</summary>
    public Task ReplaceAsync(HttpContext context) =>
        RunAsync(
            context,
            async id =>
            {
                if (!host.TryGetComponent(id, out Component? component))
                {
                    return NoComponent(id);
                }

                ComponentSource source = await ReadSourceAsync(context).ConfigureAwait(false);
                await component.ReplaceAsync(source, options: null, context.RequestAborted).ConfigureAwait(false);
                return null;
            }
        );

    private static string NoComponent(string id) => $"No component is registered under '{id}'.";

    /// <summary>The capability of this name, in any case. A number or a list of names is none.</summary>
    private static Capability CapabilityOf(string name)
    {
        foreach (Capability capability in Enum.GetValues<Capability>())
        {
            if (string.Equals(capability.ToString(), name, StringComparison.OrdinalIgnoreCase))
            {
                return capability;
            }
        }

        throw new ArgumentException(
            $"capability is one of {string.Join(", ", Enum.GetNames<Capability>())}, and not '{name}'."
        );
    }

    private static async Task<ComponentSource> ReadSourceAsync(HttpContext context)
    {
        const string Name = "the uploaded guest";
        HttpRequest request = context.Request;
        // The server's own bound is 30 MB by default; the one here takes its place.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bound)
        {
            bound.MaxRequestBodySize = null;
        }

        if (request.ContentLength > MostBytes)
        {
            throw TooLarge();
        }

        using MemoryStream body = new();
        byte[] part = new byte[81920];
        int count;
        while ((count = await request.Body.ReadAsync(part, context.RequestAborted).ConfigureAwait(false)) > 0)
        {
            if (body.Length + count > MostBytes)
            {
                throw TooLarge();
            }

            body.Write(part, 0, count);
        }

        byte[] bytes = body.ToArray();
        return bytes.AsSpan().StartsWith("\0asm"u8)
            ? ComponentSource.FromBytes(bytes, Name)
            : ComponentSource.FromText(Encoding.UTF8.GetString(bytes), Name);
    }

    private static BadHttpRequestException TooLarge() =>
        new($"The guest has more than {MostBytes} bytes; replace it in code.", StatusCodes.Status413PayloadTooLarge);

    /// <summary>
    /// Answers 204 where something was done, 404 where there was nothing to do, 400 with the reason where it cannot be, 409 where the
    /// component or host has stopped, and what the server says where the request itself cannot be read.
    /// </summary>
    /// <param name="context">The request and its response.</param>
    /// <param name="act">Does it to the id that it is given, and says why there was nothing to do; null: it is done.</param>
    private static async Task RunAsync(HttpContext context, Func<string, Task<string?>> act)
    {
        (int status, string? reason) = await TryAsync(context, act).ConfigureAwait(false);
        context.Response.StatusCode = status;
        if (reason is not null)
        {
            PageFiles.SetHeaders(context, "text/plain; charset=utf-8");
            await context.Response.WriteAsync(reason, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static async Task<(int Status, string? Reason)> TryAsync(
        HttpContext context,
        Func<string, Task<string?>> act
    )
    {
        if (!context.Request.Headers.ContainsKey(Header))
        {
            return (StatusCodes.Status400BadRequest, $"Send the header {Header}.");
        }

        try
        {
            string? missing = await act(context.Request.Query["id"].ToString()).ConfigureAwait(false);
            return (missing is null ? StatusCodes.Status204NoContent : StatusCodes.Status404NotFound, missing);
        }
        catch (BadHttpRequestException e)
        {
            return (e.StatusCode, e.Message);
        }
        catch (ComponentLoadException e)
        {
            return (StatusCodes.Status400BadRequest, e.Message);
        }
        catch (ArgumentException e)
        {
            // The names of the code's parameters say nothing to who sends a request.
            return (
                StatusCodes.Status400BadRequest,
                e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal)
            );
        }
        catch (InvalidOperationException e)
        {
            return (StatusCodes.Status409Conflict, e.Message);
        }
    }
}
