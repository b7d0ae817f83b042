using System.Buffers.Binary;
using FireAndForget.Orleans.Links;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Session;
using Xunit;

namespace FireAndForget.Tests.Cluster.Hostile;

/// <summary>Frames that a broken or hostile silo writes: each is refused as a whole, and says where it is damaged.</summary>
public sealed class FrameTests
{
    private static byte[] Whole =>
        new WireFrame { Version = 2 }
            .Names()
            .Name(2, NameKind.Sender, "publisher")
            .Name(2, NameKind.Topic, "news")
            .Run(1, 1, 1, [1, 2, 3], [], new byte[20])
            .RunOf(1, 4, 1, WireFrame.Entry(1, MessageExtras.Request, "00-trace", [4]))
            .ToBytes();

    [Fact]
    public void Receive_WholeFrame_IsTaken()
    {
        Frame frame = Receive(Whole);

        EntryReader reader = new(frame.Runs[Frame.RunBytes..]);
        reader.Next();
        Assert.Equal([1, 2, 3], reader.Message.ToArray());
    }

    [Fact]
    public void Receive_CutOffAnywhere_IsRefusedOrEndsBehindARun()
    {
        byte[] whole = Whole;
        int[] ends =
        [
            .. Enumerable
                .Range(0, whole.Length)
                .Where(length => length < Frame.HeaderBytes || FindProblem(whole[..length]) is null),
        ];

        // What is left where a run, or all of them, is missing is a frame, too.
        int names = Frame.HeaderBytes + BinaryPrimitives.ReadInt32LittleEndian(whole.AsSpan(4));
        int firstRun = names + Frame.RunBytes + 16 + 8 + 32;
        Assert.Equal([.. Enumerable.Range(0, Frame.HeaderBytes), names, firstRun], ends);
        Assert.All(
            Enumerable.Range(0, Frame.HeaderBytes),
            length => Assert.Contains("header", FindProblem(whole[..length]), StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Receive_AnyWordReplaced_IsTakenOrRefusedAsDamaged()
    {
        uint[] words = [0, 1, 7, 0x7FFFFFF8, int.MaxValue, 0x80000000, 0xFFFFFFF8, uint.MaxValue];
        int refused = 0;
        for (int at = 0; at + 4 <= Whole.Length; at++)
        {
            foreach (uint word in words)
            {
                byte[] damaged = Whole;
                BinaryPrimitives.WriteUInt32LittleEndian(damaged.AsSpan(at), word);
                if (FindProblem(damaged) is { } problem)
                {
                    refused++;
                    Assert.StartsWith("A frame ", problem, StringComparison.Ordinal);
                    continue;
                }

                ReadAll(Receive(damaged));
            }
        }

        Assert.True(refused > 100, $"{refused} were refused");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Receive_VersionThatIsNotKnown_IsRefused(byte version) =>
        Assert.Contains(
            $"version {version}",
            FindProblem(new WireFrame { Version = version }.ToBytes()),
            StringComparison.Ordinal
        );

    [Fact]
    public void Receive_PartsThatLie_AreRefusedByName()
    {
        (string Says, WireFrame Frame)[] wrong =
        [
            ("kind 3", new WireFrame().Name(1, (NameKind)3, "a")),
            ("form of an id", new WireFrame().Name(1, NameKind.Sender, "a\nb")),
            ("form of an id", new WireFrame().Name(1, NameKind.Target, "")),
            ("form of an id", new WireFrame().Name(1, NameKind.Target, new string('a', 129))),
            ("0 messages", new WireFrame().RunOf(1, 1, 0, [])),
            ("from the number 0 on", new WireFrame().Run(1, 0, 1, [1])),
            ("from the number -5 on", new WireFrame().Run(1, -5, 1, [1])),
            ("1 messages from", new WireFrame().Run(1, long.MaxValue, 1, [1])),
            ("4294967295 messages", new WireFrame().RunOf(1, 1, uint.MaxValue, WireFrame.Entry(1, []))),
            ("do not fill", new WireFrame().RunOf(1, 1, 2, WireFrame.Entry(1, [1]))),
            ("do not fill", new WireFrame().RunOf(1, 1, 1, [.. WireFrame.Entry(1, [1]), .. WireFrame.Entry(1, [1])])),
            ("do not fill", new WireFrame().RunOf(1, 1, 1, WireFrame.Entry(Frame.ExtrasFlag, []))),
        ];

        Assert.All(wrong, one => Assert.Contains(one.Says, FindProblem(one.Frame.ToBytes()), StringComparison.Ordinal));
    }

    [Fact]
    public void Read_LengthThatIsNotThere_IsRefusedBeforeMemoryIsTaken()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddSerializer(serializer => serializer.AddAssembly(typeof(Frame).Assembly))
            .BuildServiceProvider();
        SerializerSessionPool sessions = services.GetRequiredService<SerializerSessionPool>();
        Serializer<Frame> serializer = services.GetRequiredService<Serializer<Frame>>();
        byte[] written = serializer.SerializeToArray(Receive(Whole));
        Assert.Equal(Whole.Length, serializer.Deserialize(written)!.WireLength);

        byte[] huge = WithLength(written, uint.MaxValue / 2);
        using SerializerSession session = sessions.GetSession();
        long before = GC.GetAllocatedBytesForCurrentThread();
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => serializer.Deserialize(huge));
        Assert.Contains("2147483647 bytes", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    /// <summary>The bytes of a serialized frame, of which its header and a length of two bytes come first, with another length.</summary>
    private static byte[] WithLength(byte[] written, uint length)
    {
        byte[] whole = Whole;
        int at = written.AsSpan().IndexOf(whole);
        using MemoryStream stream = new();
        // The length is a varint of Orleans in front of the bytes.
        int lengthBytes = whole.Length < 1 << 7 ? 1 : 2;
        stream.Write(written, 0, at - lengthBytes);
        using ServiceProvider services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        using SerializerSession session = services.GetRequiredService<SerializerSessionPool>().GetSession();
        var writer = Writer.Create(stream, session);
        writer.WriteVarUInt32(length);
        writer.Commit();
        stream.Write(whole);
        return stream.ToArray();
    }

    private static void ReadAll(Frame frame)
    {
        ReadOnlySpan<byte> runs = frame.Runs;
        while (!runs.IsEmpty)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(runs[16..]);
            EntryReader reader = new(runs.Slice(Frame.RunBytes, length));
            for (int count = BinaryPrimitives.ReadInt32LittleEndian(runs[4..]); count > 0; count--)
            {
                reader.Next();
            }

            Assert.True(reader.Rest.IsEmpty);
            runs = runs[(Frame.RunBytes + length)..];
        }
    }

    private static Frame Receive(byte[] bytes) => Frame.Receive(bytes.Length, bytes);

    private static string? FindProblem(byte[] bytes)
    {
        try
        {
            Receive(bytes);
            return null;
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
    }
}
