using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace FireAndForget.Guest.Sdk.Linking;

/// <summary>
/// Functions of native libraries that an assembly declares and that the runtime does not have. Nothing can be linked or loaded there, so that a
/// call of one throws a <see cref="DllNotFoundException"/>.
/// </summary>
internal static class NativeCalls
{
    /// <summary>The libraries whose functions native/generate.proj puts into the runtime's tables.</summary>
    private static readonly HashSet<string> Linked = ["libSystem.Native", "faf"];

    /// <summary>Finds what is declared by DllImport or LibraryImport.</summary>
    /// <param name="assembly">The assembly, after trimming, which leaves functions that are never called in the guest's own assembly only.</param>
    /// <returns>Each library with its functions and the types that declare them, in the order of the names.</returns>
    public static IEnumerable<(string Library, IReadOnlyList<string> Functions, IReadOnlyList<string> Types)> In(
        byte[] assembly
    )
    {
        using PEReader file = new(new MemoryStream(assembly));
        MetadataReader metadata = file.GetMetadataReader();
        return
        [
            .. metadata
                .MethodDefinitions.Select(metadata.GetMethodDefinition)
                .Where(method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl))
                .Select(method => (Type: NameOf(metadata, method.GetDeclaringType()), Import: method.GetImport()))
                .Where(call => !call.Import.Module.IsNil)
                .Select(call =>
                    (
                        Library: metadata.GetString(metadata.GetModuleReference(call.Import.Module).Name),
                        Function: metadata.GetString(call.Import.Name),
                        call.Type
                    )
                )
                .Where(call => !Linked.Contains(call.Library))
                .GroupBy(call => call.Library)
                .OrderBy(calls => calls.Key, StringComparer.Ordinal)
                .Select(calls =>
                    (
                        calls.Key,
                        (IReadOnlyList<string>)
                            [.. calls.Select(call => call.Function).Distinct().Order(StringComparer.Ordinal)],
                        (IReadOnlyList<string>)
                            [.. calls.Select(call => call.Type).Distinct().Order(StringComparer.Ordinal)]
                    )
                ),
        ];
    }

    private static string NameOf(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        string name = metadata.GetString(type.Name);
        if (type.IsNested)
        {
            return $"{NameOf(metadata, type.GetDeclaringType())}.{name}";
        }

        string space = metadata.GetString(type.Namespace);
        return space.Length == 0 ? name : $"{space}.{name}";
    }
}
