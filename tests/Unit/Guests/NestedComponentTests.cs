using System.Text;
using FireAndForget.Guests;
using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>Components within components: how they are planned, and what is refused or left to the component API.</summary>
public class NestedComponentTests
{
    private const string Streams = "wasi:io/streams@0.2.6";

    /// <summary>Core code that calls the function <c>$f</c>.</summary>
    private const string Lowered = """
        (core module $m (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
        (core instance $i (instantiate $m))
        (core func $l (canon lower (func $f) (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
        (core module $n (import "x" "y" (func (param i32))))
        (core instance (instantiate $n (with "x" (instance (export "y" (func $l))))))
        """;

    private static readonly string Inner = MessengerWat.Receiver()["(component".Length..];

    private static GuestDescription Decode(string wat) => GuestDecoder.Decode(GuestFiles.Wat(wat));

    /// <summary>What is wrong with a guest, as a load would say it.</summary>
    private static string? Refusal(string wat)
    {
        using Wasmtime.Engine engine = GuestLoader.CreateCheckingEngine();
        byte[] bytes = GuestFiles.Wat(wat);
        GuestDescription guest = GuestDecoder.Decode(bytes);
        return guest.Refusal ?? GuestValidation.Check(engine, guest, bytes);
    }

    [Fact]
    public void Wrapper_ThatHandsOnItsImports_IsPlannedAsIfItWereNotThere()
    {
        GuestDescription guest = Decode(
            $$"""
            (component
                {{MessengerWat.HostMessaging()}}
                (component $inner
                    (import "messages" (instance $host (export "self-id" (func (result string)))))
                    (import "self" (func $self (result string)))
                    {{MessengerWat.Module}}
                    (core instance $i (instantiate $m))
                    {{MessengerWat.Lift()}}
                    (core func $a (canon lower (func $host "self-id")
                        (memory (core memory $i "memory")) (realloc (core func $i "cabi_realloc"))))
                    (core func $b (canon lower (func $self)
                        (memory (core memory $i "memory")) (realloc (core func $i "cabi_realloc"))))
                    (core module $n (import "x" "a" (func (param i32))) (import "x" "b" (func (param i32))))
                    (core instance (instantiate $n (with "x" (instance (export "a" (func $a)) (export "b" (func $b))))))
                    (export "handles" (func $h)))
                (component $middle
                    (import "all" (instance $all
                        (export "messages" (instance (export "self-id" (func (result string)))))
                        (export "self" (func (result string)))))
                    (alias export $all "messages" (instance $messages))
                    (alias outer 1 $inner (component $c))
                    (instance $i (instantiate $c
                        (with "messages" (instance $messages)) (with "self" (func $all "self"))))
                    (instance $bag (export "deep" (instance $i)))
                    (export "out" (instance $bag)))
                (instance $given (export "messages" (instance $host)) (export "self" (func $host "self-id")))
                (instance $made (instantiate $middle (with "all" (instance $given))))
                (alias export $made "out" (instance $out))
                (alias export $out "deep" (instance $deep))
                (export "handle-message" (func $deep "handles")))
            """
        );

        Assert.Equal("", guest.Reason);
        DirectPlan plan = guest.Plan!;
        Assert.Equal([0, 1], plan.Instances.Select(instance => instance.Module));
        LoweredImport selfId = new(MessengerWat.Interface, "self-id", new(0, "memory"), new(0, "cabi_realloc"));
        Assert.Equal([selfId, selfId], plan.Instances[1].Imports);
        Assert.Equal(new CoreExport(0, "handle-message"), plan.HandleMessage);
    }

    /// <summary>They have their own core instances, in the order in which they are made, and share the module.</summary>
    [Fact]
    public void Component_InstantiatedTwice_IsPlannedTwice()
    {
        DirectPlan plan = Decode(
            $"""
            (component
                (component $c {Inner}
                (core module $between)
                (instance $first (instantiate $c))
                (core instance (instantiate $between))
                (instance $second (instantiate $c))
                (export "handle-message" (func $second "handle-message")))
            """
        ).Plan!;

        Assert.Equal([0, 1, 0], plan.Instances.Select(instance => instance.Module));
        Assert.Equal(new CoreExport(2, "handle-message"), plan.HandleMessage);
        Assert.Equal(new CoreExport(2, "memory"), plan.Memory);
    }

    [Fact]
    public void ResourceOfAnImport_HandedOn_IsTheHosts()
    {
        string wat = $"""
            (component
                (import "{Streams}" (instance $streams (export "input-stream" (type (sub resource)))))
                (component $inner
                    (import "s" (instance $s (export "r" (type (sub resource)))))
                    (import "t" (type $t (sub resource)))
                    (alias export $s "r" (type $r))
                    (core func $a (canon resource.drop $r))
                    (core func $b (canon resource.drop $t))
                    (core module $n (import "x" "a" (func (param i32))) (import "x" "b" (func (param i32))))
                    (core instance (instantiate $n (with "x" (instance (export "a" (func $a)) (export "b" (func $b)))))))
                (alias export $streams "input-stream" (type $stream))
                (instance $s (export "r" (type $stream)))
                (instance (instantiate $inner (with "s" (instance $s)) (with "t" (type $stream))))
                MORE
                {Inner}
            """;
        PlannedInstance planned = Decode(wat.Replace("MORE", "", StringComparison.Ordinal)).Plan!.Instances[0];

        Assert.Equal(
            [new ResourceDrop(Streams, "input-stream"), new ResourceDrop(Streams, "input-stream")],
            planned.Imports
        );
        string twice = wat.Replace(
            "MORE",
            "(instance (instantiate $inner (with \"s\" (instance $s)) (with \"t\" (type $stream))))",
            StringComparison.Ordinal
        );
        AssertOfTheComponentApi(twice, "more than one of its components uses WASI or async functions");
    }

    /// <summary>What tools put in place of an import that nothing calls: a component whose functions only trap.</summary>
    [Theory]
    [InlineData("unreachable", "unreachable", "")]
    [InlineData(
        "unreachable",
        "i32.const 16",
        "it calls a function of its own or of a nested component through the component's types"
    )]
    [InlineData(
        "nop unreachable",
        "unreachable",
        "it calls a function of its own or of a nested component through the component's types"
    )]
    public void FunctionOfAnotherComponent_ThatOnlyTraps_IsPlanned(string body, string realloc, string reason)
    {
        GuestDescription guest = Decode(
            $"""
            (component
                (component $loader
                    (core module $m (memory (export "memory") 1)
                        (func (export "load") (param i32 i32) {body})
                        (func (export "realloc") (param i32 i32 i32 i32) (result i32) {realloc}))
                    (core instance $i (instantiate $m))
                    (func (export "load") (param "path" string)
                        (canon lift (core func $i "load")
                            (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))
                (component $c
                    (import "load" (func $load (param "path" string)))
                    {MessengerWat.Module}
                    (core instance $i (instantiate $m))
                    (core func $l (canon lower (func $load) (memory (core memory $i "memory"))))
                    (core module $n (import "x" "y" (func (param i32 i32))))
                    (core instance (instantiate $n (with "x" (instance (export "y" (func $l))))))
                    {MessengerWat.Lift()}
                    (export "handle-message" (func $h)))
                (instance $loader (instantiate $loader))
                (instance $made (instantiate $c (with "load" (func $loader "load"))))
                (export "handle-message" (func $made "handle-message")))
            """
        );

        Assert.Equal((null, reason), (guest.Refusal, guest.Reason));
        Assert.Equal(reason.Length == 0, guest.Plan is not null);
        if (guest.Plan is { } plan)
        {
            Assert.Equal([new TrappingFunction(0)], plan.Instances[2].Imports);
        }
    }

    /// <summary>What is valid, and goes to the component API: how it starts, and the reason.</summary>
    [Theory]
    [InlineData("its components instantiate one another more than 50 deep", 60)]
    [InlineData("its components instantiate one another more than 50 deep", 900)]
    public void Components_ThatInstantiateOneAnother_AreFollowedToADepth(string reason, int depth)
    {
        StringBuilder wat = new("(component (component $c0)");
        for (int i = 1; i <= depth; i++)
        {
            wat.Append($"(component $c{i} (alias outer 1 $c{i - 1} (component $c)) (instance (instantiate $c)))");
        }

        AssertOfTheComponentApi($"{wat}(instance (instantiate $c{depth})) {Inner}", reason);
    }

    /// <summary>Instances in instances, ten thousand deep.</summary>
    [Fact]
    public void Bag_DeeperThanAnyTool_IsNotFollowed()
    {
        const int Depth = 10_000;
        StringBuilder wat = new(
            $"(component (component $c (component $inner {Inner} (instance $b0 (instantiate $inner))"
        );
        for (int i = 1; i <= Depth; i++)
        {
            wat.Append($"(instance $b{i} (export \"x\" (instance $b{i - 1})))");
        }

        wat.Append($"(export \"x\" (instance $b{Depth}))) (instance $a{Depth + 1} (instantiate $c))");
        for (int i = Depth; i >= 0; i--)
        {
            wat.Append($"(alias export $a{i + 1} \"x\" (instance $a{i}))");
        }

        wat.Append("(export \"handle-message\" (func $a0 \"handle-message\")))");

        Assert.Null(Decode(wat.ToString()).Plan);
    }

    [Fact]
    public void Components_ThatMultiply_AreRefused()
    {
        StringBuilder wat = new("(component (component $c0 (core module $m) (core instance (instantiate $m)))");
        for (int i = 1; i <= 40; i++)
        {
            wat.Append(
                $"(component $c{i} (alias outer 1 $c{i - 1} (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))"
            );
        }

        Assert.Contains(
            "more than 1000 core instances",
            Refusal($"{wat}(instance (instantiate $c40)) {Inner}"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Components_MoreThanAToolMakes_AreRefused()
    {
        string many = string.Concat(Enumerable.Repeat("(component)", 1001));

        Assert.Contains(
            "more than 1000 components",
            Assert.Throws<ComponentLoadException>(() => Decode($"(component {many} {Inner}")).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>What does not fit where it is given, and what the refusal says of it.</summary>
    [Theory]
    [InlineData("(func $f (result u32))", "(func $host \"self-id\")", "type mismatch")]
    [InlineData("(func $f (result string))", "(instance $host)", "expected")]
    [InlineData("(func $f (result string))", "", "missing import named `given`")]
    [InlineData("(instance $f (export \"send\" (func)))", "(instance $host)", "type mismatch")]
    [InlineData("(instance $f (export \"g\" (func)))", "(instance $host)", "missing expected export `g`")]
    public void Argument_ThatDoesNotFit_IsRefused(string import, string given, string words)
    {
        string with = given.Length == 0 ? "" : $"(with \"given\" {given})";
        string wat = $"""
            (component
                {MessengerWat.HostMessaging()}
                (component $inner
                    (import "given" {import})
                    {(import.Contains("string", StringComparison.Ordinal) ? Lowered : "")})
                (instance (instantiate $inner {with}))
                {Inner}
            """;

        Assert.Contains(words, Refusal(wat), StringComparison.Ordinal);
    }

    /// <summary>A component cannot instantiate itself: there is no number for it yet.</summary>
    [Fact]
    public void Component_ThatInstantiatesItself_IsRefused() =>
        Assert.Contains(
            "component 0 of 0 is named",
            Assert
                .Throws<ComponentLoadException>(() =>
                    Decode(
                        $"(component (component (alias outer 1 0 (component $c)) (instance (instantiate $c))) {Inner}"
                    )
                )
                .Message,
            StringComparison.Ordinal
        );

    private static void AssertOfTheComponentApi(string wat, string reason)
    {
        GuestDescription guest = Decode(wat);

        Assert.Null(guest.Plan);
        Assert.Null(guest.Refusal);
        Assert.Equal(reason, guest.Reason);
    }
}
