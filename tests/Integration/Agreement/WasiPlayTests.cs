using FireAndForget.Tests.Wasi;
using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>WASI of the direct runtime against Wasmtime's own, function by function.</summary>
public class WasiPlayTests
{
    [Fact]
    public void Trial()
    {
        Stage.Compare(
            Play.Of(
                WasiWat.Component,
                WasiScene.Call("get-stdin"),
                Act.Pump,
                WasiScene.Call("get-stdout"),
                Act.Pump,
                WasiScene.Call("initial-cwd", 1024),
                Act.Pump,
                WasiScene.Call("get-environment", 1024)
            )
        );
    }
}
