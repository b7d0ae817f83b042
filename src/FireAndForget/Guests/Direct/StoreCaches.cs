using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// Makes a store of the .NET package smaller: it keeps three dictionaries with room for 31 entries each, of which a guest's store fills
/// four in all. That is a kibibyte of each component.
/// </summary>
internal static class StoreCaches
{
    /// <summary>The room that is enough for most guests; the dictionaries grow for others.</summary>
    private const int Room = 3;

    private static readonly string[] Names = ["_externFunctionCache", "_externMemoryCache", "_externGlobalCache"];
    private static readonly (FieldInfo Field, ConstructorInfo Make)[] Caches =
    [
        .. Names.Select(Find).OfType<(FieldInfo, ConstructorInfo)>(),
    ];

    /// <summary>
    /// Whether the package has the dictionaries under the names that are known here; where it has not, stores stay as they are.
    /// </summary>
    public static bool AreKnown => Caches.Length == Names.Length;

    /// <summary>Gives a store smaller dictionaries. The store was just made and is not used yet.</summary>
    public static void Shrink(Store store)
    {
        object[] size = [1, Room];
        foreach ((FieldInfo field, ConstructorInfo make) in Caches)
        {
            field.SetValue(store, make.Invoke(size));
        }
    }

    [DynamicDependency(DynamicallyAccessedMemberTypes.NonPublicFields, typeof(Store))]
    [DynamicDependency(
        DynamicallyAccessedMemberTypes.PublicConstructors,
        typeof(System.Collections.Concurrent.ConcurrentDictionary<,>)
    )]
    [UnconditionalSuppressMessage(
        "Trimming",
        "IL2075",
        Justification = "The constructors are kept by the attribute above."
    )]
    private static (FieldInfo, ConstructorInfo)? Find(string name)
    {
        FieldInfo? field = typeof(Store).GetField(name, BindingFlags.Instance | BindingFlags.NonPublic);
        ConstructorInfo? make = field?.FieldType.GetConstructor([typeof(int), typeof(int)]);
        return make is null ? null : (field!, make);
    }
}
