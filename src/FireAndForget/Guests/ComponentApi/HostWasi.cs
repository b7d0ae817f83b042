using System.Text;
using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Wasi;
using Wasmtime.Components;
using WasiInterfaces = FireAndForget.Guests.Decoding.WasiInterfaces;

namespace FireAndForget.Guests.ComponentApi;

/// <summary>
/// What the host gives of WASI itself, in place of Wasmtime's: the clocks of its own <see cref="TimeProvider"/>, random bytes of
/// bounded number and by its seed, and a function that Wasmtime does not have.
/// </summary>
/// <param name="HasClocks">Whether the host has a clock of its own; Wasmtime's are the system's, and cost less.</param>
/// <param name="HasSeed">Whether the host seeds random bytes.</param>
internal readonly record struct HostWasi(bool HasClocks, bool HasSeed)
{
    /// <summary>The version of WASI that Wasmtime defines: only what is defined in the same one joins it.</summary>
    private const string Version = "@0.2.12";

    public static HostWasi Of(MessagingHostOptions options) =>
        new(options.TimeProvider != TimeProvider.System, options.RandomSeed is not null);

    /// <summary>Defines it in a linker that has Wasmtime's WASI and allows shadowing.</summary>
    public void Define(ComponentLinkerInstance root)
    {
        Define(
            root,
            "wasi:cli/exit",
            (
                "exit-with-code",
                arguments => throw new GuestTrapException($"it ended itself: exit with code {arguments[0].AsU8()}")
            )
        );
        if (HasClocks)
        {
            Define(
                root,
                "wasi:clocks/monotonic-clock",
                ("now", _ => ComponentValue.U64(ComponentApiGuest.Current.Clock.Now)),
                ("resolution", _ => ComponentValue.U64(ComponentApiGuest.Current.Clock.Resolution))
            );
            Define(
                root,
                "wasi:clocks/wall-clock",
                ("now", _ => DateTime(ComponentApiGuest.Current.Clock.WallNow)),
                ("resolution", _ => DateTime(WasiClock.WallResolution))
            );
        }

        foreach (string store in WasiInterfaces.ConfigStores)
        {
            DefineExactly(root, store, ("get", GetConfig), ("get-all", _ => GetAllConfig()));
        }

        using (ComponentLinkerInstance logging = root.AddInstance(WasiInterfaces.Logging))
        {
            logging.DefineFunction("log", (arguments, _) => Log(arguments));
        }

        // Wasmtime's own would give as many bytes as a guest asks for.
        Define(root, "wasi:random/random", ("get-random-bytes", Bytes));
        Define(root, "wasi:random/insecure", ("get-insecure-random-bytes", Bytes));
        if (HasSeed)
        {
            Define(root, "wasi:random/random", ("get-random-u64", _ => Number()));
            Define(root, "wasi:random/insecure", ("get-insecure-random-u64", _ => Number()));
            Define(
                root,
                "wasi:random/insecure-seed",
                ("insecure-seed", _ => ComponentValue.Tuple([Number(), Number()]))
            );
        }
    }

    private static void Define(
        ComponentLinkerInstance root,
        string name,
        params ReadOnlySpan<(string Name, Func<ReadOnlySpan<ComponentValue>, ComponentValue> Value)> functions
    ) => DefineExactly(root, name + Version, functions);

    private static void DefineExactly(
        ComponentLinkerInstance root,
        string name,
        params ReadOnlySpan<(string Name, Func<ReadOnlySpan<ComponentValue>, ComponentValue> Value)> functions
    )
    {
        using ComponentLinkerInstance instance = root.AddInstance(name);
        foreach ((string function, Func<ReadOnlySpan<ComponentValue>, ComponentValue> value) in functions)
        {
            instance.DefineFunction(
                function,
                (arguments, results) =>
                {
                    // The value is computed before the results are touched: a function without a result throws, and there is no
                    // place to write to.
                    ComponentValue result = value(arguments);
                    results[0] = result;
                }
            );
        }
    }

    private static ComponentValue GetConfig(ReadOnlySpan<ComponentValue> arguments) =>
        ComponentValue.Ok(
            ComponentApiGuest.Current.Grants.Config.TryGetValue(arguments[0].AsString(), out string? value)
                ? ComponentValue.Some(ComponentValue.String(value))
                : ComponentValue.None()
        );

    private static ComponentValue GetAllConfig() =>
        ComponentValue.Ok(
            ComponentValue.List([
                .. ComponentApiGuest.Current.Grants.Config.Select(pair =>
                    ComponentValue.Tuple([ComponentValue.String(pair.Key), ComponentValue.String(pair.Value)])
                ),
            ])
        );

    private static void Log(ReadOnlySpan<ComponentValue> arguments) =>
        ComponentApiGuest.Current.Log.Write(
            GuestLog.LevelOf(arguments[0].AsEnum()),
            Encoding.UTF8.GetBytes(arguments[1].AsString()),
            Encoding.UTF8.GetBytes(arguments[2].AsString())
        );

    private static ComponentValue DateTime((ulong Seconds, uint Nanoseconds) time) =>
        ComponentValue.Record([
            new("seconds", ComponentValue.U64(time.Seconds)),
            new("nanoseconds", ComponentValue.U32(time.Nanoseconds)),
        ]);

    private static ComponentValue Number() => ComponentValue.U64(ComponentApiGuest.Current.Random.Next());

    private static ComponentValue Bytes(ReadOnlySpan<ComponentValue> arguments)
    {
        ulong length = arguments[0].AsU64();
        if (length > WasiRandomness.MostBytes)
        {
            throw new GuestTrapException(
                $"it asked for {length} random bytes, and may ask for {WasiRandomness.MostBytes} at once"
            );
        }

        byte[] bytes = new byte[length];
        ComponentApiGuest.Current.Random.Fill(bytes);
        ByteList list = new();
        list.Set(bytes);
        return ComponentValue.List(list);
    }
}
