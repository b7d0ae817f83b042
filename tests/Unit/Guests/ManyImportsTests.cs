using System.Globalization;
using System.Text;
using FireAndForget.Guests;
using FireAndForget.Guests.Instances;
using FireAndForget.Tests.Guests;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>
/// A guest of some kilobytes can have a million imports, each instance of a module all of those that the module has: what they cost
/// must not be what a function of the host costs. Wired so, one guest kept its host busy for 12 s at each start.
/// </summary>
public sealed class ManyImportsTests : IGuestHost
{
    private const int ImportsOfEach = 100;

    public ReadOnlySpan<byte> SelfId => "self"u8;

    public bool IsAborting => false;

    public ReadOnlySpan<byte> IdOf(uint sender) => "sender"u8;

    public SendStatus? Send(ReadOnlySpan<byte> target, ReadOnlySpan<byte> message) => SendStatus.Accepted;

    [Fact]
    public void Instantiate_ManyImportsOfOneFunction_MakesItOnce()
    {
        using GuestLoader loader = new();
        long few = AllocatedFor(loader, instances: 1);
        long many = AllocatedFor(loader, instances: 101);

        // An entry in a list for each of 10,000 imports; a function of the host is ten times as much.
        Assert.InRange(many - few, 0, 100 * ImportsOfEach * 100);
    }

    /// <summary>Managed bytes for one instance of a guest that instantiates a module so often, the second time.</summary>
    private long AllocatedFor(GuestLoader loader, int instances)
    {
        GuestCode code = loader.Load(ComponentSource.FromText(Guest(instances)));
        try
        {
            code.Instantiate(this, new()).Dispose();
            long before = GC.GetAllocatedBytesForCurrentThread();
            using Guest guest = code.Instantiate(this, new());
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        finally
        {
            loader.Release(code);
        }
    }

    private static string Guest(int instances)
    {
        StringBuilder text = new(MessengerWat.HostMessaging());
        text.Append(
            """
            (core module $mem
              (memory (export "memory") 1)
              (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
            (core instance $mem (instantiate $mem))
            (core func $self (canon lower (func $host "self-id")
              (memory (core memory $mem "memory")) (realloc (core func $mem "realloc"))))
            (core module $user
            """
        );
        StringBuilder given = new();
        for (int i = 0; i < ImportsOfEach; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"(import \"host\" \"f{i}\" (func (param i32)))");
            given.Append(CultureInfo.InvariantCulture, $"(export \"f{i}\" (func $self))");
        }

        text.Append(')');
        text.Append(CultureInfo.InvariantCulture, $"(core instance $given {given})");
        text.Insert(text.Length, "(core instance (instantiate $user (with \"host\" (instance $given))))", instances);
        return MessengerWat.Receiver(before: text.ToString());
    }
}
