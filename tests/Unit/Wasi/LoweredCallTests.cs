using FireAndForget.Guests.Calls;
using Wasmtime;
using Xunit;

namespace FireAndForget.Tests.Wasi;

/// <summary>What a guest hands over may be all of its memory, and to read that takes the host longer than a tick of the budget.</summary>
public sealed class LoweredCallTests : IDisposable
{
    private const int Length = 65_536;

    private readonly Engine _engine = new();
    private readonly Store _store;
    private readonly GuestMemory _memory;
    private readonly FakeInstance _instance;
    private readonly LoweredCall _call;

    public LoweredCallTests()
    {
        _store = new(_engine);
        _memory = new(new Memory(_store, 1, 1));
        _instance = new(_store) { Memory = _memory };
        _call = new(_instance, "log", new CoreExport(0, "memory"), null);
    }

    public void Dispose()
    {
        _store.Dispose();
        _engine.Dispose();
    }

    [Fact]
    public void Text_ThatIsRead_CountsAsTheGuestsTime()
    {
        ReadOnlySpan<byte> text = _call.Text(0, Length, "a text");

        Assert.Equal((Length, 1), (text.Length, _instance.Spent));
    }

    /// <summary>What it is not is found at its end.</summary>
    [Fact]
    public void Text_ThatIsNone_TrapsAndCountsToo()
    {
        _memory.Slice(Length - 1, 1, "")[0] = 0xC3;

        GuestTrapException e = Assert.Throws<GuestTrapException>(() =>
        {
            _ = _call.Text(0, Length, "a text");
        });

        Assert.Equal(("a text is not UTF-8", 1), (e.Message, _instance.Spent));
    }
}
