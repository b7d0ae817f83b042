using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using Mono.Cecil;
using Mono.Cecil.Cil;
using CustomDebugInformation = System.Reflection.Metadata.CustomDebugInformation;
using MethodDebugInformation = System.Reflection.Metadata.MethodDebugInformation;
using MethodDefinition = Mono.Cecil.MethodDefinition;
using ModuleDefinition = Mono.Cecil.ModuleDefinition;
using TypeDefinition = Mono.Cecil.TypeDefinition;
using TypeReference = Mono.Cecil.TypeReference;
using TypeSpecification = Mono.Cecil.TypeSpecification;

namespace FireAndForget.Tests.Architecture;

/// <summary>
/// Which folders of an assembly's source use which: read from the compiled types and, for the folder of each type, from the debug
/// information that the compiler wrote beside the assembly.
/// </summary>
internal static class LayerReader
{
    /// <summary>The compiler's note of the source of a type without methods; the format of portable PDBs has this number.</summary>
    private static readonly Guid TypeDefinitionDocuments = new("932E74BC-DBA9-4478-8D46-1F0F32BAB3D3");

    /// <summary>The uses of one folder's types by another's, each with an example of the types behind it.</summary>
    /// <param name="assembly">The assembly's file; its debug information stands beside it.</param>
    /// <param name="source">The name of the project's folder, whose folders are told apart.</param>
    public static IEnumerable<(string User, string Used, string Example)> Uses(string assembly, string source)
    {
        using var module = ModuleDefinition.ReadModule(assembly);
        Dictionary<string, string> folders = FoldersOf(module, Path.ChangeExtension(assembly, ".pdb"), source);
        return
        [
            .. module
                .GetTypes()
                .SelectMany(type => UsedBy(type).Select(used => (User: Outer(type), Used: Outer(used))))
                .Where(use => folders.ContainsKey(use.User) && folders.ContainsKey(use.Used))
                .Select(use =>
                    (User: folders[use.User], Used: folders[use.Used], Example: $"{use.User} uses {use.Used}")
                )
                .Where(use => use.User != use.Used)
                .DistinctBy(use => use.Example),
        ];
    }

    private static Dictionary<string, string> FoldersOf(ModuleDefinition module, string symbols, string source)
    {
        using FileStream file = File.OpenRead(symbols);
        using var provider = MetadataReaderProvider.FromPortablePdbStream(file);
        MetadataReader reader = provider.GetMetadataReader();
        Dictionary<string, string> folders = [];
        foreach (TypeDefinition type in module.Types)
        {
            string? folder = type
                .Methods.Concat(type.NestedTypes.SelectMany(nested => nested.Methods))
                .Select(method => FirstDocument(reader, (int)method.MetadataToken.RID))
                .Append(DeclaredDocument(reader, (int)type.MetadataToken.RID))
                .Where(handle => !handle.IsNil)
                .Select(handle => FolderOf(reader.GetString(reader.GetDocument(handle).Name), source))
                .FirstOrDefault(found => found is not null);
            if (folder is not null)
            {
                folders[type.FullName] = folder;
            }
        }

        return folders;
    }

    /// <summary>The folder of a source file within the project; null for what a generator wrote, which has none.</summary>
    private static string? FolderOf(string path, string source)
    {
        path = path.Replace('\\', '/');
        int start = path.LastIndexOf($"/{source}/", StringComparison.Ordinal);
        if (
            start < 0
            || path.Contains("/obj/", StringComparison.Ordinal)
            || path.EndsWith(".g.cs", StringComparison.Ordinal)
        )
        {
            return null;
        }

        string[] folders = path[(start + source.Length + 2)..].Split('/')[..^1];
        return folders.Length == 0 ? "." : string.Join('/', folders);
    }

    private static DocumentHandle FirstDocument(MetadataReader reader, int row)
    {
        MethodDebugInformation method = reader.GetMethodDebugInformation(
            MetadataTokens.MethodDebugInformationHandle(row)
        );
        return !method.Document.IsNil ? method.Document
            : method.SequencePointsBlob.IsNil ? default
            : method.GetSequencePoints().Select(point => point.Document).FirstOrDefault();
    }

    private static DocumentHandle DeclaredDocument(MetadataReader reader, int row)
    {
        foreach (
            CustomDebugInformationHandle handle in reader.GetCustomDebugInformation(
                MetadataTokens.TypeDefinitionHandle(row)
            )
        )
        {
            CustomDebugInformation information = reader.GetCustomDebugInformation(handle);
            if (reader.GetGuid(information.Kind) == TypeDefinitionDocuments)
            {
                return MetadataTokens.DocumentHandle(reader.GetBlobReader(information.Value).ReadCompressedInteger());
            }
        }

        return default;
    }

    /// <summary>The types of the same assembly that a type names in its declaration, its members and their code.</summary>
    private static IEnumerable<TypeDefinition> UsedBy(TypeDefinition type)
    {
        IEnumerable<TypeReference?> used =
        [
            type.BaseType,
            .. type.Interfaces.Select(i => i.InterfaceType),
            .. Constraints(type),
            .. Attributes(type),
            .. type.Fields.SelectMany(f => Attributes(f).Append(f.FieldType)),
            .. type.Properties.SelectMany(p => Attributes(p).Append(p.PropertyType)),
            .. type.Events.SelectMany(e => Attributes(e).Append(e.EventType)),
            .. type.Methods.SelectMany(UsedBy),
        ];
        return used.SelectMany(Parts).Select(part => part as TypeDefinition).OfType<TypeDefinition>().Distinct();
    }

    private static IEnumerable<TypeReference?> UsedBy(MethodDefinition method) =>
        [
            method.ReturnType,
            .. method.Parameters.SelectMany(p => Attributes(p).Append(p.ParameterType)),
            .. Constraints(method),
            .. Attributes(method),
            .. method.HasBody ? method.Body.Variables.Select(v => v.VariableType) : [],
            .. method.HasBody ? method.Body.ExceptionHandlers.Select(h => h.CatchType) : [],
            .. method.HasBody ? method.Body.Instructions.SelectMany(UsedBy) : [],
        ];

    private static IEnumerable<TypeReference?> UsedBy(Instruction instruction) =>
        instruction.Operand switch
        {
            TypeReference type => [type],
            FieldReference field => [field.DeclaringType, field.FieldType],
            GenericInstanceMethod generic =>
            [
                generic.DeclaringType,
                generic.ReturnType,
                .. generic.Parameters.Select(p => p.ParameterType),
                .. generic.GenericArguments,
            ],
            MethodReference called =>
            [
                called.DeclaringType,
                called.ReturnType,
                .. called.Parameters.Select(p => p.ParameterType),
            ],
            _ => [],
        };

    private static IEnumerable<TypeReference> Constraints(IGenericParameterProvider generic) =>
        generic.GenericParameters.SelectMany(p => p.Constraints).Select(c => c.ConstraintType);

    private static IEnumerable<TypeReference> Attributes(Mono.Cecil.ICustomAttributeProvider provider) =>
        provider.CustomAttributes.Select(a => a.AttributeType);

    /// <summary>A type and, where it is made of others, those: elements, type arguments, parameters of function pointers.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) =>
        type switch
        {
            null => [],
            GenericInstanceType generic => Parts(generic.ElementType)
                .Concat(generic.GenericArguments.SelectMany(Parts)),
            FunctionPointerType function => Parts(function.ReturnType)
                .Concat(function.Parameters.SelectMany(p => Parts(p.ParameterType))),
            TypeSpecification made => Parts(made.ElementType),
            _ => [type],
        };

    private static string Outer(TypeDefinition type)
    {
        while (type.DeclaringType is not null)
        {
            type = type.DeclaringType;
        }

        return type.FullName;
    }
}
