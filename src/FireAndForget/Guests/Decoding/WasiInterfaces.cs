using System.Text;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// The WASI 0.2 interfaces that the direct runtime offers, a small closed world as long as no more than environment and arguments
/// is granted, and the check that a component declares them with the same types. Their types stand in <c>wasi.wat</c>.
/// </summary>
internal static class WasiInterfaces
{
    private const string Version = "@0.2.";

    /// <summary>What stays of a name's version where that is 0.3, so that its interfaces are told from those of 0.2.</summary>
    private const string Version3 = "@0.3";

    private static readonly Lazy<Dictionary<string, ComponentType>> OfWasi = new(() => Read("wasi.wat"));
    private static readonly Lazy<Dictionary<string, ComponentType>> OfDrafts = new(() => Read("drafts.wat"));
    private static readonly Lazy<Dictionary<string, ComponentType>> OfMessaging = new(() => Read("messaging.wat"));
    private static readonly Lazy<Dictionary<string, ComponentType>> OfWasi3 = new(() => Read("wasi3.wat"));
    private static readonly Lazy<Dictionary<string, ComponentType>> Offered = new(() =>
        new([.. OfWasi.Value, .. OfDrafts.Value, .. OfWasi3.Value])
    );

    /// <summary>The interfaces that are offered, by their names as <see cref="Unversioned"/> gives them.</summary>
    public static IReadOnlyDictionary<string, ComponentType> All => Offered.Value;

    /// <summary>The names without a version of those that are of WASI 0.2 and no drafts.</summary>
    public static IEnumerable<string> Released => OfWasi.Value.Keys;

    /// <summary>The names without a version of those that the component API has too: of WASI 0.2, and drafts.</summary>
    public static IEnumerable<string> OfBothRuntimes => OfWasi.Value.Keys.Concat(OfDrafts.Value.Keys);

    /// <summary>Whether any interface of a package is offered.</summary>
    public static bool OffersOf(string package) =>
        All.Keys.Any(name => name.StartsWith($"{package}/", StringComparison.Ordinal));

    /// <summary>A draft that is offered: what a component is configured with.</summary>
    public static IReadOnlyList<string> ConfigStores { get; } =
    ["wasi:config/store@0.2.0-rc.1", "wasi:config/store@0.2.0-draft"];

    /// <summary>A draft that is offered: the host's log.</summary>
    public const string Logging = "wasi:logging/logging@0.1.0-draft";

    /// <summary>Whether the name is that of an interface of WASI, version 0.2 or 0.3 with any patch, or of a draft in a version that is offered.</summary>
    public static bool IsWasi(string name)
    {
        if (name == Logging || ConfigStores.Contains(name))
        {
            return true;
        }

        return IsOfVersion(name, Version) || IsWasi3(name);
    }

    /// <summary>Whether the name is that of an interface of WASI, version 0.3 with any patch.</summary>
    public static bool IsWasi3(string name) => IsOfVersion(name, $"{Version3}.");

    /// <summary>The name of an interface without its version; that of WASI 0.3 keeps <c>@0.3</c>.</summary>
    public static string Unversioned(string name)
    {
        int version = name.IndexOf('@', StringComparison.Ordinal);
        return version < 0 ? name
            : IsWasi3(name) ? name[..(version + Version3.Length)]
            : name[..version];
    }

    private static bool IsOfVersion(string name, string start)
    {
        int version = name.IndexOf('@', StringComparison.Ordinal);
        return version > 0
            && name.StartsWith("wasi:", StringComparison.Ordinal)
            && name.AsSpan(version).StartsWith(start)
            && version + start.Length < name.Length
            && !name.AsSpan(version + start.Length).ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>
    /// Lists what of a declared interface of WASI is not offered, or not with that type: what the host would have to give it, as it must
    /// functions and resources, and the other types, which only say what something is called.
    /// </summary>
    public static void FindUnknown(string name, ComponentType declared, NameList needed, NameList others) =>
        FindUnknown(All, name, declared, needed, others);

    /// <summary>As <see cref="FindUnknown(string, ComponentType, NameList, NameList)"/>, of <see cref="WasiMessaging"/>.</summary>
    public static void FindUnknownOfMessaging(string name, ComponentType declared, NameList needed, NameList others) =>
        FindUnknown(OfMessaging.Value, name, declared, needed, others);

    private static void FindUnknown(
        IReadOnlyDictionary<string, ComponentType> offers,
        string name,
        ComponentType declared,
        NameList needed,
        NameList others
    )
    {
        string unversioned = Unversioned(name);
        if (!offers.TryGetValue(unversioned, out ComponentType? offered))
        {
            (declared.Exports.Values.Any(IsNeeded) ? needed : others).Add(name);
            return;
        }

        foreach ((string part, ComponentExtern export) in declared.Exports)
        {
            bool isKnown = offered.Exports.TryGetValue(part, out ComponentExtern expected);
            bool isSame =
                isKnown
                && export.Sort == expected.Sort
                && export is { Type: { } type, Sort: ComponentSort.Function or ComponentSort.Type }
                && IsSame(type, declared, expected.Type!, offered, unversioned);
            if (!isSame)
            {
                bool isFunction = isKnown && export.Sort == ComponentSort.Function;
                (IsNeeded(export) ? needed : others).Add(name, part, isFunction ? export.Type : null);
            }
        }
    }

    /// <summary>The types of an interface's functions by their names; null for a name that it does not have.</summary>
    public static Func<string, ComponentType?> FunctionsOf(string name) =>
        part =>
            All.TryGetValue(Unversioned(name), out ComponentType? offered)
            && offered.Exports.TryGetValue(part, out ComponentExtern export)
                ? export.Type
                : null;

    /// <summary>
    /// Whether the host has to supply an export of an imported interface. A resource that the interface shares with another import
    /// is supplied with that one.
    /// </summary>
    private static bool IsNeeded(ComponentExtern export) =>
        export.Sort != ComponentSort.Type || export.Type is { Kind: ComponentTypeKind.Resource, Import: null };

    /// <summary>
    /// Compares types as <see cref="ComponentType.Is"/> does, and resources by the interface and name that they come from.
    /// </summary>
    private static bool IsSame(
        ComponentType type,
        ComponentType declared,
        ComponentType expected,
        ComponentType offered,
        string name
    )
    {
        if (type.Kind != expected.Kind || type.Length != expected.Length || type.Parts.Count != expected.Parts.Count)
        {
            return false;
        }

        if (type.Kind == ComponentTypeKind.Resource)
        {
            return ResourceName(type, declared, name) is { } resource
                && resource == ResourceName(expected, offered, name);
        }

        for (int i = 0; i < type.Parts.Count; i++)
        {
            bool isSame = expected.Parts[i] is { } part
                ? type.Parts[i] is { } other && IsSame(other, declared, part, offered, name)
                : type.Parts[i] is null;
            if (!isSame)
            {
                return false;
            }
        }

        return type.IsFunction || type.Labels.SequenceEqual(expected.Labels);
    }

    /// <summary>Where a resource comes from: another interface, or the one that declares it here.</summary>
    private static ImportedName? ResourceName(ComponentType resource, ComponentType declaring, string name)
    {
        if (resource.Import is { } import)
        {
            return import with { Interface = Unversioned(import.Interface) };
        }

        foreach ((string part, ComponentExtern export) in declaring.Exports)
        {
            if (ReferenceEquals(export.Type, resource))
            {
                return new(name, part);
            }
        }

        return null;
    }

    private static Dictionary<string, ComponentType> Read(string resource)
    {
        using Stream stream = typeof(WasiInterfaces).Assembly.GetManifestResourceStream(resource)!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        byte[] binary = Wasmtime.Module.ConvertText(reader.ReadToEnd());
        ComponentScope scope = ComponentReader.Read(binary, new(binary, 0, binary.Length, new(binary.Length)), null);
        return scope.Imports.ToDictionary(import => Unversioned(import.Key), import => import.Value.Type!);
    }
}
