using System.Text;
using FireAndForget.Cli;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary>What reading lines takes; what is right in them the integration tests say.</summary>
public class MessageLineParserTests
{
    /// <summary>Lines with ever larger messages once took the sum of all of them.</summary>
    [Fact]
    public async Task Parse_SizesThatGrow_TakeNoMemoryForEach()
    {
        await using MessagingHost host = new(new() { Workers = 0 });
        MessageLineParser parser = new(
            new Dictionary<string, MessagingEndpoint> { ["client"] = host.AddEndpoint("client") }
        );
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int size = 100_000; size < 101_000; size++)
        {
            MessageLine line = parser.Parse(Encoding.UTF8.GetBytes($$"""{"from":"client","to":"x","size":{{size}}}"""));
            Assert.Equal(size, line.Bytes.Length);
            Assert.Equal((size - 1) % 251, line.Bytes.Span[^1]);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }
}
