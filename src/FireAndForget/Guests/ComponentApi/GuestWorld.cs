using System.Globalization;
using System.Text;
using FireAndForget.Guests.Decoding;
using Wasmtime;
using static FireAndForget.Guests.ComponentApi.ComponentWriter;

namespace FireAndForget.Guests.ComponentApi;

/// <summary>
/// Puts a component into another one, its world, which stands between it and the host: messages go as strings there
/// (<c>message-guard.wat</c>), waiting comes back to the engine at each epoch tick (<c>wait-guard.wat</c>), and where folders are
/// granted, open files are counted and only files and folders are opened (<c>folder-guard.wat</c>).
/// </summary>
/// <remarks>
/// A world imports the whole of WASI 0.2 in one version, whatever parts and patches of it the component asks for: an instance that
/// has more than is asked for fits. So nothing of the component need be known but the names of its imports.
/// </remarks>
internal sealed class GuestWorld
{
    private const string Files = "wasi:filesystem/types";

    /// <summary>A function of WASI that Wasmtime defines only with a feature that this engine has off.</summary>
    private const string NetworkErrorCode = "network-error-code";

    private const string ExportOfNetworkErrorCode =
        """(export "network-error-code" (func (param "err" (borrow $error)) (result (option $error-code))))""";

    private const byte ComponentSection = 4;
    private const byte InstanceSection = 5;
    private const byte AliasSection = 6;
    private const byte ExportSection = 11;

    /// <summary>The bytes with which the largest memory of the guards starts.</summary>
    public const long MemoryBytes = 4 * 65536;

    /// <summary>The bytes of a guard's memory that are not there for a message: what guard-memory.wat keeps, and a sender's id.</summary>
    public const long ReservedBytes = 66560 + 1024;

    private static readonly Lazy<GuestWorld> Bare = new(() => new(usesWasi: false, grantsFolders: false));
    private static readonly Lazy<GuestWorld> WithWasi = new(() => new(usesWasi: true, grantsFolders: false));
    private static readonly Lazy<GuestWorld> WithFolders = new(() => new(usesWasi: true, grantsFolders: true));

    private readonly byte[] _binary;
    private readonly ComponentScope _scope;

    private GuestWorld(bool usesWasi, bool grantsFolders)
    {
        GrantsFolders = grantsFolders;
        UsesWasi = usesWasi;
        // One for each direction of messages, and one each for waiting, and the descriptors, streams and sockets of the folders' guards.
        Memories = 2 + (usesWasi ? 1 : 0) + (grantsFolders ? 3 : 0);
        _binary = Module.ConvertText(Text(usesWasi, grantsFolders));
        _scope = ComponentReader.Read(_binary, new(_binary, 0, _binary.Length, new(_binary.Length)), null);
    }

    public bool UsesWasi { get; }

    /// <summary>Whether the guest opens files of folders that it is granted.</summary>
    public bool GrantsFolders { get; }

    /// <summary>How many memories it adds to an instance.</summary>
    public int Memories { get; }

    /// <summary>The world for a component, with the component in it, and whether it gets its messages as strings; null where it imports types of others, which no world has.</summary>
    /// <param name="component">Its binary.</param>
    /// <param name="description">What it is.</param>
    /// <param name="grantsFolders">Whether it is granted folders.</param>
    /// <exception cref="ComponentLoadException">It imports what cannot be had beside folders.</exception>
    public static (GuestWorld World, byte[] Binary, bool PassesStrings)? TryWrap(
        byte[] component,
        GuestDescription description,
        bool grantsFolders
    )
    {
        ComponentScope guest = ComponentReader.Read(
            component,
            new(component, 0, component.Length, new(component.Length)),
            null
        );
        grantsFolders &= guest.Imports.Keys.Any(name => WasiInterfaces.Unversioned(name) == Files);
        NameList unknown = new();
        foreach ((string name, ComponentExtern import) in guest.Imports)
        {
            FindUnknown(name, import, unknown);
        }

        if (!unknown.IsEmpty)
        {
            return grantsFolders
                ? throw new ComponentLoadException(
                    $"it imports {unknown}, which a component that is granted folders cannot have. Build it without what needs that, "
                        + "or take out directories."
                )
                : null;
        }

        GuestWorld world =
            grantsFolders ? WithFolders.Value
            : description.UsesWasi ? WithWasi.Value
            : Bare.Value;
        // The engine lets a guest that is called by a component call imports in its post-return, which it may not.
        // In the world the names of parameters count, which no caller outside sees.
        bool passesStrings =
            guest.Exports.TryGetValue(HostMessaging.HandleMessage, out ComponentItem? export)
            && export is ComponentFunction { HasNoPostReturn: true } handle
            // What is told with a rejection does not go through the guard.
            && handle.Type.Is(HostMessaging.HandleMessageType)
            && handle.Type.Labels.SequenceEqual(HostMessaging.HandleMessageType.Labels);
        string[] handlers = [.. HostMessaging.Handlers.Where(guest.Exports.ContainsKey)];
        string[] instances = [.. guest.Imports.Keys.Where(name => UsedType(guest.Imports[name]) is null)];
        (string Name, string Interface, string Type)[] types =
        [
            .. guest
                .Imports.Select(import => (import.Key, Used: UsedType(import.Value)))
                .Where(import => import.Used is not null)
                .Select(import => (import.Key, import.Used!.Value.Interface, import.Used.Value.Name)),
        ];
        return (world, world.Wrap(component, instances, types, handlers, passesStrings), passesStrings);
    }

    /// <summary>The interface and name of the type that a component imports under a name of its own; null where it imports no such type.</summary>
    private static (string Interface, string Name)? UsedType(ComponentExtern import) =>
        import is not { Sort: ComponentSort.Type, Type: { } type } ? null
        : type.Is(HostMessaging.FailureType) ? (HostMessaging.Replies, HostMessaging.Failure)
        : type.Is(HostMessaging.SendErrorType) ? (HostMessaging.Interface, HostMessaging.SendError)
        : null;

    private static void FindUnknown(string name, ComponentExtern import, NameList unknown)
    {
        if (HostMessaging.IsInterface(name))
        {
            FindOtherNames(name, import.Type, part => HostMessaging.FunctionOf(name, part), unknown);
            return;
        }

        if (HostMessaging.IsReplies(name) || UsedType(import) is not null)
        {
            return;
        }

        if (import is not { Sort: ComponentSort.Instance, Type: { } type } || !WasiInterfaces.IsWasi(name))
        {
            unknown.Add(name);
            return;
        }

        WasiInterfaces.FindUnknown(name, type, unknown, unknown);
        FindOtherNames(name, type, WasiInterfaces.FunctionsOf(name), unknown);
        if (type.Exports.ContainsKey(NetworkErrorCode))
        {
            unknown.Add(name, NetworkErrorCode, type: null);
        }
    }

    /// <summary>Finds functions whose parameters have other names than in the world: for the engine these are other types.</summary>
    private static void FindOtherNames(
        string name,
        ComponentType? declared,
        Func<string, ComponentType?> typeOf,
        NameList unknown
    )
    {
        foreach ((string part, ComponentExtern export) in declared?.Exports ?? [])
        {
            if (
                export is { Sort: ComponentSort.Function, Type: { } type }
                && typeOf(part) is { } expected
                && !type.Labels.SequenceEqual(expected.Labels)
            )
            {
                unknown.Add(name, part, type);
            }
        }
    }

    private byte[] Wrap(
        byte[] component,
        string[] imports,
        (string Name, string Interface, string Type)[] types,
        string[] handlers,
        bool passesStrings
    )
    {
        // The last instance of the world has everything by the interfaces' names, and its last function is begin.
        int all = _scope.CountOf(ComponentSort.Instance) - 1;
        int ofTypes = all + 1 + imports.Length;
        int guest = ofTypes + types.Length;
        int typesOfWorld = _scope.CountOf(ComponentSort.Type);
        int components = _scope.CountOf(ComponentSort.Component);
        int functions = _scope.CountOf(ComponentSort.Function);
        ComponentWriter writer = new();
        writer.Bytes(_binary);
        writer.Section(ComponentSection, component);
        writer.Section(
            AliasSection,
            [
                .. imports
                    .Concat(types.Select(type => type.Interface))
                    .Select(name => ExportOf(all, ComponentWriter.Instance, WasiInterfaces.Unversioned(name))),
                .. types.Select((type, index) => ExportOf(ofTypes + index, ComponentWriter.Type, type.Type)),
            ]
        );
        writer.Section(
            InstanceSection,
            w =>
            {
                w.Bytes(0).Number(components).Number(imports.Length + types.Length);
                foreach ((int index, string name) in imports.Index())
                {
                    w.Name(name).Bytes(ComponentWriter.Instance).Number(all + 1 + index);
                }

                foreach ((int index, (string name, _, _)) in types.Index())
                {
                    w.Name(name).Bytes(ComponentWriter.Type).Number(typesOfWorld + index);
                }
            }
        );
        // In the order of the list, so that handle-message, where it is there, is the first.
        writer.Section(AliasSection, [.. handlers.Select(name => ExportOf(guest, ComponentWriter.Function, name))]);
        if (passesStrings)
        {
            writer.Section(
                InstanceSection,
                w =>
                    w.Bytes(0)
                        // The last component of the world is the guard of what is received.
                        .Number(components - 1)
                        .Number(2)
                        .Name(HostMessaging.HandleMessage)
                        .Bytes(ComponentWriter.Function)
                        .Number(functions)
                        .Name("begin")
                        .Bytes(ComponentWriter.Function)
                        .Number(functions - 1)
            );
            writer.Section(AliasSection, ExportOf(guest + 1, ComponentWriter.Function, HostMessaging.HandleMessage));
        }

        writer.Section(
            ExportSection,
            [
                .. handlers.Select(
                    (name, index) =>
                        (Action<ComponentWriter>)(
                            w =>
                                w.ExternName(name)
                                    .Bytes(ComponentWriter.Function)
                                    .Number(
                                        passesStrings && index == 0 ? functions + handlers.Length : functions + index
                                    )
                                    .Bytes(0)
                        )
                ),
            ]
        );
        return writer.ToArray();
    }

    private static string Text(bool usesWasi, bool grantsFolders)
    {
        string memory = Read("guard-memory.wat");
        string wasi = Inside(Read("wasi.wat")).Replace(ExportOfNetworkErrorCode, "", StringComparison.Ordinal);
        // The instances have the names that wasi.wat gives them.
        (string Name, string Instance)[] interfaces = usesWasi
            ? [.. WasiInterfaces.OfBothRuntimes.Select(name => (name, $"${name["wasi:".Length..].Replace('/', '-')}"))]
            : [];
        HashSet<string> released = [.. WasiInterfaces.Released];
        string all = string.Join(
            '\n',
            interfaces
                .Where(i => released.Contains(i.Name))
                .Select(i => $"(with \"{i.Name}@0.2.12\" (instance {i.Instance}))")
        );
        Dictionary<string, string> guarded = [];
        StringBuilder text = new("(component\n");
        if (usesWasi)
        {
            text.AppendLine(wasi);
            text.AppendLine(Inside(Read("drafts.wat")));
            Component("$wait-guard", Inside(Read("wait-guard.wat")));
            text.AppendLine(Read("waiting-world.wat"));
            guarded.Add("wasi:io/poll", "$wait");
            guarded.Add("wasi:clocks/monotonic-clock", "$clock");
        }

        if (grantsFolders)
        {
            Component("$stream-guard", wasi, memory, Read("stream-guard.wat"));
            Component("$folder-guard", wasi, memory, Read("folder-guard.wat"));
            Component("$standard-guard", wasi, Read("standard-guard.wat"));
            Component("$tcp-guard", wasi, Read("tcp-guard.wat"));
            text.AppendLine(Read("folder-world.wat").Replace(";; {wasi}", all, StringComparison.Ordinal));
            guarded.Add("wasi:io/streams", "$streams");
            guarded.Add(Files, "$folders");
            guarded.Add("wasi:filesystem/preopens", "$preopens");
            guarded.Add("wasi:cli/stdin", "$stdin");
            guarded.Add("wasi:cli/stdout", "$stdout");
            guarded.Add("wasi:cli/stderr", "$stderr");
            guarded.Add("wasi:sockets/tcp", "$tcp");
        }

        text.AppendLine(Read("message-guard.wat").Replace(";; {memory}", memory, StringComparison.Ordinal));
        text.Append("(instance (export \"").Append(WasiInterfaces.Unversioned(HostMessaging.Interface));
        text.AppendLine("\" (instance $host-messaging))");
        text.Append("(export \"").Append(WasiInterfaces.Unversioned(HostMessaging.Replies));
        text.AppendLine("\" (instance $replies))");
        foreach ((string name, string instance) in interfaces)
        {
            string given = guarded.GetValueOrDefault(name, instance);
            text.AppendLine(CultureInfo.InvariantCulture, $"(export \"{name}\" (instance {given}))");
        }

        return text.Append("))").ToString();

        void Component(string name, params ReadOnlySpan<string> parts) =>
            text.Append("(component ").AppendLine(name).AppendJoin('\n', parts).AppendLine(")");
    }

    /// <summary>What stands between the outer parentheses of a component in WebAssembly's text format.</summary>
    private static string Inside(string text)
    {
        const string Start = "\n(component";
        int start = text.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        return text[start..text.LastIndexOf(')')];
    }

    private static string Read(string name)
    {
        using Stream stream = typeof(GuestWorld).Assembly.GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
