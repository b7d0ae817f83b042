namespace FireAndForget.Guests.Decoding;

/// <summary>
/// What a core module may import, by module and name, and the only type that each has: the core contract's own functions, those of
/// WASI preview 1 (<see href="https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md"/>), and the few that compilers add by
/// themselves.
/// </summary>
internal static class CoreImports
{
    public const string Preview1 = "wasi_snapshot_preview1";
    public const string Environment = "env";

    /// <summary>What is offered, in words for an error.</summary>
    public const string Offer =
        $"{HostMessaging.CoreModule}.{HostMessaging.Send} {HostMessaging.CoreFourToOne}, "
        + $"{HostMessaging.CoreModule}.{HostMessaging.SelfId} {HostMessaging.CoreSelfIdType} and what else the core contract has there, "
        + $"the functions of {Preview1} with their types, and of {Environment} what AssemblyScript and Emscripten import";

    private static readonly Dictionary<string, string> OfMessaging = new(StringComparer.Ordinal)
    {
        [HostMessaging.Send] = HostMessaging.CoreFourToOne,
        [HostMessaging.SelfId] = HostMessaging.CoreSelfIdType,
        [HostMessaging.Publish] = "(i32, i32, i32, i32, i32) -> i32",
        [HostMessaging.Request] = "(i32, i32, i32, i32, i32, i32) -> i32",
        [HostMessaging.CancelRequest] = "(i64) -> i32",
        [HostMessaging.SendLater] = "(i32, i32, i32, i32, i64, i32) -> i32",
        [HostMessaging.CancelLater] = "(i64) -> i32",
        [HostMessaging.MessageNumber] = "() -> i64",
    };

    private static readonly Dictionary<string, string> OfPreview1 = new(StringComparer.Ordinal)
    {
        ["args_get"] = "(i32, i32) -> i32",
        ["args_sizes_get"] = "(i32, i32) -> i32",
        ["clock_res_get"] = "(i32, i32) -> i32",
        ["clock_time_get"] = "(i32, i64, i32) -> i32",
        ["environ_get"] = "(i32, i32) -> i32",
        ["environ_sizes_get"] = "(i32, i32) -> i32",
        ["fd_advise"] = "(i32, i64, i64, i32) -> i32",
        ["fd_allocate"] = "(i32, i64, i64) -> i32",
        ["fd_close"] = "(i32) -> i32",
        ["fd_datasync"] = "(i32) -> i32",
        ["fd_fdstat_get"] = "(i32, i32) -> i32",
        ["fd_fdstat_set_flags"] = "(i32, i32) -> i32",
        ["fd_fdstat_set_rights"] = "(i32, i64, i64) -> i32",
        ["fd_filestat_get"] = "(i32, i32) -> i32",
        ["fd_filestat_set_size"] = "(i32, i64) -> i32",
        ["fd_filestat_set_times"] = "(i32, i64, i64, i32) -> i32",
        ["fd_pread"] = "(i32, i32, i32, i64, i32) -> i32",
        ["fd_prestat_dir_name"] = "(i32, i32, i32) -> i32",
        ["fd_prestat_get"] = "(i32, i32) -> i32",
        ["fd_pwrite"] = "(i32, i32, i32, i64, i32) -> i32",
        ["fd_read"] = "(i32, i32, i32, i32) -> i32",
        ["fd_readdir"] = "(i32, i32, i32, i64, i32) -> i32",
        ["fd_renumber"] = "(i32, i32) -> i32",
        ["fd_seek"] = "(i32, i64, i32, i32) -> i32",
        ["fd_sync"] = "(i32) -> i32",
        ["fd_tell"] = "(i32, i32) -> i32",
        ["fd_write"] = "(i32, i32, i32, i32) -> i32",
        ["path_create_directory"] = "(i32, i32, i32) -> i32",
        ["path_filestat_get"] = "(i32, i32, i32, i32, i32) -> i32",
        ["path_filestat_set_times"] = "(i32, i32, i32, i32, i64, i64, i32) -> i32",
        ["path_link"] = "(i32, i32, i32, i32, i32, i32, i32) -> i32",
        ["path_open"] = "(i32, i32, i32, i32, i32, i64, i64, i32, i32) -> i32",
        ["path_readlink"] = "(i32, i32, i32, i32, i32, i32) -> i32",
        ["path_remove_directory"] = "(i32, i32, i32) -> i32",
        ["path_rename"] = "(i32, i32, i32, i32, i32, i32) -> i32",
        ["path_symlink"] = "(i32, i32, i32, i32, i32) -> i32",
        ["path_unlink_file"] = "(i32, i32, i32) -> i32",
        ["poll_oneoff"] = "(i32, i32, i32, i32) -> i32",
        ["proc_exit"] = "(i32) -> ()",
        ["proc_raise"] = "(i32) -> i32",
        ["random_get"] = "(i32, i32) -> i32",
        ["sched_yield"] = "() -> i32",
        ["sock_accept"] = "(i32, i32, i32) -> i32",
        ["sock_recv"] = "(i32, i32, i32, i32, i32, i32) -> i32",
        ["sock_send"] = "(i32, i32, i32, i32, i32) -> i32",
        ["sock_shutdown"] = "(i32, i32) -> i32",
    };

    private static readonly Dictionary<string, string> OfEnvironment = new(StringComparer.Ordinal)
    {
        // AssemblyScript imports these.
        ["abort"] = "(i32, i32, i32, i32) -> ()",
        ["seed"] = "() -> f64",
        ["trace"] = "(i32, i32, f64, f64, f64, f64, f64) -> ()",
        ["Date.now"] = "() -> f64",
        ["console.assert"] = "(i32, i32) -> ()",
        ["console.debug"] = "(i32) -> ()",
        ["console.error"] = "(i32) -> ()",
        ["console.info"] = "(i32) -> ()",
        ["console.log"] = "(i32) -> ()",
        ["console.time"] = "(i32) -> ()",
        ["console.timeEnd"] = "(i32) -> ()",
        ["console.timeLog"] = "(i32) -> ()",
        ["console.warn"] = "(i32) -> ()",
        // Emscripten imports it where a memory can grow.
        ["emscripten_notify_memory_growth"] = "(i32) -> ()",
    };

    private static readonly Dictionary<string, Dictionary<string, string>> Modules = new(StringComparer.Ordinal)
    {
        [HostMessaging.CoreModule] = OfMessaging,
        [Preview1] = OfPreview1,
        [Environment] = OfEnvironment,
    };

    /// <summary>The functions that a module of imports has, with their types; null for a module that is not offered.</summary>
    public static IReadOnlyDictionary<string, string>? Of(string module) => Modules.GetValueOrDefault(module);

    /// <summary>The type that a function has; null where there is none of that name.</summary>
    public static string? TypeOf(string module, string name) => Of(module)?.GetValueOrDefault(name);
}
