using Microsoft.AspNetCore.Http;

namespace FireAndForget.AspNetCore;

/// <summary>The page's files, which are in the library, and the headers that keep a page to itself.</summary>
internal static class PageFiles
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static Task ServeIndex(HttpContext context)
    {
        // Its links are relative to a folder.
        if (!context.Request.Path.Value!.EndsWith('/'))
        {
            context.Response.Redirect(
                $"{context.Request.PathBase}{context.Request.Path}/{context.Request.QueryString}"
            );
            return Task.CompletedTask;
        }

        return ServeAsync(context, "page.html", "text/html; charset=utf-8");
    }

    public static Task ServeScript(HttpContext context) =>
        ServeAsync(context, "page.js", "text/javascript; charset=utf-8");

    public static Task ServeParticipantScript(HttpContext context) =>
        ServeAsync(context, "participant.js", "text/javascript; charset=utf-8");

    public static Task ServeStyle(HttpContext context) => ServeAsync(context, "page.css", "text/css; charset=utf-8");

    public static void SetHeaders(HttpContext context, string contentType)
    {
        HttpResponse response = context.Response;
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }

    private static async Task ServeAsync(HttpContext context, string name, string contentType)
    {
        SetHeaders(context, contentType);
        await using Stream file = typeof(PageFiles).Assembly.GetManifestResourceStream(name)!;
        await file.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
    }
}
