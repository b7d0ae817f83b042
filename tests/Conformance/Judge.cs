using FireAndForget.Guests;
using FireAndForget.Guests.Compiling;

namespace FireAndForget.Tests.Conformance;

/// <summary>Asks the library, and Wasmtime beside it, about a case.</summary>
internal static class Judge
{
    private static readonly string[] Runtimes = ["direct", "component-api"];

    /// <summary>The verdict about a case.</summary>
    /// <param name="index">Its place in the list.</param>
    /// <param name="of">The case.</param>
    public static Verdict Of(int index, Case of)
    {
        byte[] part = File.ReadAllBytes(of.File);
        byte[] whole = Composer.WithPart(part);
        string? refusal = RefusalOf(whole);
        bool runs = of is { IsValid: true, IsLinked: true } && refusal is null && !Composer.IsComponent(part);
        return new(
            index,
            refusal,
            EngineRefusalOf(whole),
            runs ? [.. Runtimes.Select((_, i) => Run(Composer.WithInstance(part), prefersComponentApi: i == 1))] : []
        );
    }

    private static string? RefusalOf(byte[] whole)
    {
        try
        {
            return ComponentInspection.Of(ComponentSource.FromBytes(whole)).Refusal;
        }
        catch (ComponentLoadException e)
        {
            return e.Message;
        }
    }

    private static string? EngineRefusalOf(byte[] whole)
    {
        using Wasmtime.Engine engine = GuestLoader.CreateCheckingEngine();
        try
        {
            Wasmtime.Components.Component.FromBytes(engine, whole).Dispose();
            return null;
        }
        catch (Wasmtime.WasmtimeException e)
        {
            return e.Message;
        }
    }

    /// <summary>What a host says of a receiver, loaded and sent a message: nothing but what has to be the same on both runtimes.</summary>
    private static string Run(byte[] whole, bool prefersComponentApi)
    {
        MessagingHost host = new(
            new()
            {
                Workers = 0,
                CompileCache = null,
                PrefersComponentApi = prefersComponentApi,
            }
        );
        try
        {
            host.AddComponent("case", ComponentSource.FromBytes(whole));
            MessagingEndpoint tester = host.AddEndpoint("tester");
            SendStatus status = tester.Send("case", "message"u8);
            host.Pump();
            return $"{status}: {host.Statistics}";
        }
        catch (ComponentLoadException)
        {
            return "is not loaded";
        }
        finally
        {
            host.DisposeAsync().AsTask().Wait();
        }
    }
}
