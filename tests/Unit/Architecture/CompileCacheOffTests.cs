using Mono.Cecil;
using Mono.Cecil.Cil;
using Xunit;

namespace FireAndForget.Tests.Architecture;

/// <summary>No program that tests or measures uses the compile cache of who runs it.</summary>
public class CompileCacheOffTests
{
    /// <summary>The programs of tests that lie beside this one, this one included; Directory.Build.targets treats all alike.</summary>
    public static TheoryData<string> Programs =>
        [
            .. Directory
                .GetFiles(AppContext.BaseDirectory, "FireAndForget.Tests.*.dll")
                .Where(file => EntryPointOf(file) is not null)
                .Select(file => Path.GetFileName(file)),
        ];

    [Fact]
    public void ThisProcess_HasTheCacheOffOrInAFolderThatSomebodyNamed() =>
        Assert.NotEmpty(Environment.GetEnvironmentVariable("FAF_CACHE_DIR") ?? "");

    [Fact]
    public void Programs_OfOtherFolders_AreAmongThoseThatAreLookedAt() =>
        Assert.Superset(
            new HashSet<string>
            {
                "FireAndForget.Tests.Fuzz.dll",
                "FireAndForget.Tests.Soak.dll",
                "FireAndForget.Tests.Unit.dll",
            },
            Programs.Select(row => row.Data).ToHashSet()
        );

    [Theory]
    [MemberData(nameof(Programs))]
    public void Program_OfTests_SwitchesTheCacheOffBeforeAnythingElse(string file)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, file));

        MethodDefinition? initializer = module.GetType("<Module>").Methods.SingleOrDefault(m => m.Name == ".cctor");

        Assert.NotNull(initializer);
        Assert.Contains(
            initializer.Body.Instructions,
            instruction =>
                instruction.OpCode == OpCodes.Call
                && ((MethodReference)instruction.Operand).DeclaringType.Name.EndsWith(
                    "CompileCacheOff",
                    StringComparison.Ordinal
                )
        );
    }

    private static MethodDefinition? EntryPointOf(string file)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(file);
        return module.EntryPoint;
    }
}
