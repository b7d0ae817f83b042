using FireAndForget.Guests.Decoding;
using FireAndForget.Guests.Wasi;
using FireAndForget.Tests.Guests;
using Xunit;

namespace FireAndForget.Tests.Wasi;

/// <summary>Which components mean the WASI that is offered here, and that all that is offered is there.</summary>
public class WasiInterfacesTests
{
    [Theory]
    [InlineData("0.2.0")]
    [InlineData("0.2.6")]
    [InlineData("0.2.12")]
    [InlineData("0.2.99")]
    public void Decode_AnyVersionWithTheSameTypes_IsDirect(string version)
    {
        string wat = MessengerWat.Receiver(
            $"""
            (import "wasi:clocks/wall-clock@{version}" (instance
              (type $t (record (field "seconds" u64) (field "nanoseconds" u32)))
              (export "datetime" (type $d (eq $t)))
              (export "now" (func (result $d)))))
            (import "wasi:io/poll@{version}" (instance $poll
              (export "pollable" (type $p (sub resource)))
              (export "[method]pollable.block" (func (param "another-name" (borrow $p))))))
            (alias export $poll "pollable" (type $pollable))
            (import "wasi:clocks/monotonic-clock@0.2.1" (instance
              (export "pollable" (type $p (eq $pollable)))
              (export "subscribe-duration" (func (param "when" u64) (result (own $p))))))
            """
        );

        GuestDescription guest = GuestDecoder.Decode(GuestFiles.Wat(wat));

        Assert.Equal("", guest.Reason);
        Assert.NotNull(guest.Plan);
    }

    [Theory]
    // Interfaces, functions and resources that WASI here does not have.
    [InlineData("wasi:cli/run@0.2.0", """(export "run" (func (result (result))))""", "wasi:cli/run@0.2.0")]
    [InlineData("wasi:http/types@0.2.0", """(export "fields" (type (sub resource)))""", "wasi:http/types@0.2.0")]
    [InlineData("wasi:cli/exit@0.2.0", """(export "leave" (func))""", "wasi:cli/exit@0.2.0#leave")]
    [InlineData("wasi:cli/exit@0.2.0", """(export "exit" (type (sub resource)))""", "wasi:cli/exit@0.2.0#exit")]
    [InlineData("wasi:io/poll@0.2.0", """(export "poller" (type (sub resource)))""", "wasi:io/poll@0.2.0#poller")]
    [InlineData("wasi:io/poll@0.2.0", """(export "pollable" (func))""", "wasi:io/poll@0.2.0#pollable")]
    // Other types than those of WASI.
    [InlineData("wasi:random/random@0.2.0", """(export "get-random-u64" (func (result u32)))""", "(as func() -> u32)")]
    [InlineData("wasi:random/random@0.2.0", """(export "get-random-u64" (func))""", "(as func())")]
    [InlineData("wasi:cli/exit@0.2.0", """(export "exit" (func (param "status" (result u8))))""", "#exit")]
    [InlineData("wasi:cli/exit@0.2.0", """(export "exit" (func (param "a" (result)) (param "b" (result))))""", "#exit")]
    // A resource of its own where that of another interface is meant.
    [InlineData(
        "wasi:cli/stdin@0.2.0",
        """(export "input-stream" (type $s (sub resource))) (export "get-stdin" (func (result (own $s))))""",
        "wasi:cli/stdin@0.2.0#get-stdin"
    )]
    [InlineData(
        "wasi:io/poll@0.2.0",
        """
            (export "pollable" (type $p (sub resource))) (export "other" (type $o (sub resource)))
            (export "[method]pollable.ready" (func (param "self" (borrow $p)) (result bool)))
            (export "poll" (func (param "in" (list (borrow $o))) (result (list u32))))
            """,
        "wasi:io/poll@0.2.0#poll "
    )]
    public void Decode_WhatNobodyOffers_IsRefusedByItsName(string name, string exports, string said)
    {
        GuestDescription guest = GuestDecoder.Decode(
            GuestFiles.Wat(MessengerWat.Receiver($"(import \"{name}\" (instance {exports}))"))
        );

        Assert.Null(guest.Plan);
        Assert.True(guest.UsesWasi);
        Assert.Contains(said, guest.Refusal!, StringComparison.Ordinal);
        Assert.Contains("which the host does not offer (it offers ", guest.Refusal!, StringComparison.Ordinal);
        Assert.Contains(
            "and of WASI 0.2 wasi:cli, clocks, filesystem, io, random and sockets, of 0.3 those without io)",
            guest.Refusal!,
            StringComparison.Ordinal
        );
        Assert.Contains(", without what needs other imports.", guest.Refusal!, StringComparison.Ordinal);
        Assert.Equal(
            name.StartsWith("wasi:http", StringComparison.Ordinal),
            guest.Refusal!.EndsWith(
                " Or name wasi:http in wasi.refuse, where nothing calls it: then every call traps.",
                StringComparison.Ordinal
            )
        );
    }

    /// <summary>Types that are no resources say only what something is called: nobody has to give them.</summary>
    [Theory]
    [InlineData("wasi:cli/run@0.2.0", "", "wasi:cli/run@0.2.0")]
    [InlineData("wasi:foo/bar@0.2.0", """(type $t u8) (export "x" (type (eq $t)))""", "wasi:foo/bar@0.2.0")]
    [InlineData("wasi:foo/bar@0.2.0", """(export "pollable" (type (eq $pollable)))""", "wasi:foo/bar@0.2.0")]
    [InlineData("wasi:io/poll@0.2.1", """(type $t u8) (export "pollable" (type (eq $t)))""", "#pollable")]
    [InlineData(
        "wasi:clocks/wall-clock@0.2.0",
        """(type $t (record (field "seconds" u64) (field "nanos" u32))) (export "datetime" (type (eq $t)))""",
        "wasi:clocks/wall-clock@0.2.0#datetime"
    )]
    public void Decode_TypesThatAreNotKnown_GoesToTheComponentApiAndSaysWhich(
        string name,
        string exports,
        string reason
    )
    {
        GuestDescription guest = GuestDecoder.Decode(
            GuestFiles.Wat(
                MessengerWat.Receiver(
                    $"""
                    (import "wasi:io/poll@0.2.0" (instance $poll (export "pollable" (type (sub resource)))))
                    (alias export $poll "pollable" (type $pollable))
                    (import "{name}" (instance {exports}))
                    """
                )
            )
        );

        Assert.Null(guest.Plan);
        Assert.Null(guest.Refusal);
        Assert.True(guest.UsesWasi);
        Assert.Contains(reason, guest.Reason, StringComparison.Ordinal);
        Assert.Contains("which the direct runtime does not know", guest.Reason, StringComparison.Ordinal);
    }

    /// <summary>What is left to a stub asks for a handle that cannot exist: of nothing that any function gives.</summary>
    [Fact]
    public void All_FunctionsWithoutAnImplementation_TakeAHandleThatCannotExist()
    {
        string[] given = ["input-stream", "output-stream", "pollable", "network"];
        using Wasmtime.Engine engine = new();
        using Wasmtime.Store store = new(engine);
        WasiInstance wasi = new(new FakeInstance(store), WasiGrants.None);
        int stubs = 0;
        int functions = 0;
        foreach ((string name, ComponentType type) in WasiInterfaces.All)
        {
            foreach ((string part, ComponentExtern export) in type.Exports.Where(e => e.Value.Type!.IsFunction))
            {
                string full = $"{name}#{part}";
                functions++;
                if (wasi.Find(full, new(new FakeInstance(store), part, null, null)) is not null)
                {
                    continue;
                }

                stubs++;
                ComponentType self = export.Type!.Parts[0]!;
                Assert.True(self.Kind == ComponentTypeKind.Borrow, $"{full} is not there.");
                string resource = self.Parts[0]!.Import?.Name ?? part.Split(']', '.')[1];
                Assert.DoesNotContain(resource, given);
            }
        }

        Assert.Equal((216, 142), (functions, stubs));
    }
}
