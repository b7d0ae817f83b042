using System.Globalization;
using System.Text;
using FireAndForget.Tests.Guests;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>What instances take of the host beside memories and tables is counted before they are made.</summary>
public class InstanceCostTests
{
    /// <summary>No memory, no table: each instance has 20,000 globals.</summary>
    [Theory]
    [InlineData(GuestRuntime.Direct)]
    [InlineData(GuestRuntime.ComponentApi)]
    public async Task AddComponent_InstancesThatTakeMuchOfTheHost_AreRefused(GuestRuntime runtime)
    {
        await using MessagingHost host = new(
            new() { Workers = 0, PrefersComponentApi = runtime == GuestRuntime.ComponentApi }
        );
        string globals = string.Concat(Enumerable.Repeat("(global i32 (i32.const 0))", 20_000));
        ComponentSource With(int instances) =>
            ComponentSource.FromText(
                MessengerWat.Receiver(
                    before: $"(core module $g {globals})"
                        + string.Concat(Enumerable.Repeat("(core instance (instantiate $g))", instances))
                )
            );

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() => host.AddComponent("many", With(20)));

        Assert.Contains(
            "the imports, functions and globals of its 21 core instances take ",
            e.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("and the most are 16777216", e.Message, StringComparison.Ordinal);
        host.AddComponent("some", With(3));
    }

    /// <summary>One import may be handed to any number of instances, and each that is lowered in another way is a function of its own.</summary>
    [Theory]
    [InlineData(10_000, true)]
    [InlineData(5, false)]
    public async Task AddComponent_HostFunctions_CountOncePerDistinctImport(int lowered, bool isRefused)
    {
        await using MessagingHost host = new(new() { Workers = 0 });
        StringBuilder text = new(MessengerWat.HostMessaging());
        text.Append("(core module $mem (memory (export \"memory\") 1)");
        for (int i = 0; i < lowered; i++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"(func (export \"r{i}\") (param i32 i32 i32 i32) (result i32) (i32.const 0))"
            );
        }

        text.Append(") (core instance $mem (instantiate $mem))");
        StringBuilder given = new();
        StringBuilder wanted = new();
        for (int i = 0; i < lowered; i++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"(core func $s{i} (canon lower (func $host \"self-id\") (memory (core memory $mem \"memory\")) (realloc (core func $mem \"r{i}\"))))"
            );
            given.Append(CultureInfo.InvariantCulture, $"(export \"f{i}\" (func $s{i}))");
            wanted.Append(CultureInfo.InvariantCulture, $"(import \"host\" \"f{i}\" (func (param i32)))");
        }

        text.Append(CultureInfo.InvariantCulture, $"(core module $user {wanted})");
        for (int i = 0; i < 4; i++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"(core instance (instantiate $user (with \"host\" (instance {given}))))"
            );
        }

        var source = ComponentSource.FromText(MessengerWat.Receiver(before: text.ToString()));

        if (isRefused)
        {
            ComponentLoadException e = Assert.Throws<ComponentLoadException>(() => host.AddComponent("many", source));
            Assert.Contains("the imports, functions and globals", e.Message, StringComparison.Ordinal);
        }
        else
        {
            host.AddComponent("some", source);
        }
    }
}
