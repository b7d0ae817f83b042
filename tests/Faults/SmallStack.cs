namespace FireAndForget.Tests.Faults;

/// <summary>Guests that use up their stack, loaded and pumped by a thread that has little.</summary>
internal static class SmallStack
{
    private const int LittleBytes = 256 << 10;
    private const string StackExhausted = "call stack exhausted";

    /// <summary>Uses up its stack in its start function.</summary>
    private const string StarterText = """
        (module
          (memory (export "memory") 1)
          (func $deeper (result i32) (i32.add (call $deeper) (i32.const 1)))
          (func $start (drop (call $deeper)))
          (start $start)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32) i32.const 0))
        """;

    private static readonly ComponentSource Quiet = ComponentSource.FromText(Guests.Quiet);
    private static readonly ComponentSource Starter = ComponentSource.FromText(StarterText);

    public static async Task RunAsync()
    {
        await using var host = new MessagingHost(new() { Workers = 0 });
        MessagingEndpoint client = host.AddEndpoint("client");
        host.AddComponent("quiet", Quiet);
        host.AddComponent("guest", ComponentSource.FromText(Guests.Recursive));
        RunWithLittle(() =>
        {
            Refuses(() => host.AddComponent("starter", Starter));
            Refuses(() => host.Replace("quiet", Starter));
            Refuses(() => AddTopology(host));
            client.Send("guest", "x"u8);
            string refusal = Message<InvalidOperationException>(() => host.Pump());
            Expect.Equal(true, refusal.Contains("1,048,576", StringComparison.Ordinal), refusal);
            // It promises no thread.
            host.DrainAsync().GetAwaiter().GetResult();
        });
        Expect.Equal(1, host.Statistics.Trapped, "trapped");
        RunWithLittle(() => host.StopAsync(TimeSpan.Zero).GetAwaiter().GetResult());
    }

    private static void AddTopology(MessagingHost host)
    {
        string folder = Directory.CreateTempSubdirectory("faf-stack-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "starter.wat"), StarterText);
            string json = """{ "components": [{ "id": "starter", "path": "starter.wat" }], "endpoints": [] }""";
            host.AddTopology(Topology.Parse(json, folder), (_, _) => { });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Refuses(Action load)
    {
        string reason = Message<ComponentLoadException>(load);
        Expect.Equal(true, reason.Contains(StackExhausted, StringComparison.Ordinal), reason);
    }

    private static string Message<TException>(Action action)
        where TException : Exception
    {
        try
        {
            action();
        }
        catch (TException e)
        {
            return e.Message;
        }

        throw new InvalidOperationException($"No {typeof(TException).Name} came.");
    }

    private static void RunWithLittle(Action action)
    {
        Exception? failed = null;
        Thread thread = new(
            () =>
            {
                try
                {
                    action();
                }
                catch (InvalidOperationException e)
                {
                    failed = e;
                }
            },
            LittleBytes
        );
        thread.Start();
        thread.Join();
        if (failed is not null)
        {
            throw failed;
        }
    }
}
