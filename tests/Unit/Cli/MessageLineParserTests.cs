using System.Text;
using FireAndForget.Cli;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary>What reading lines takes; what is wrong with them; what is right in them the integration tests say.</summary>
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

    [Theory]
    [InlineData("not json", "this is no JSON")]
    [InlineData("[]", "a message is an object")]
    [InlineData("{\"from\":\"client\",\"to\":\"mirror\",\"text\":\"a\"", "ends before every object and list is closed")]
    [InlineData("{\"from\":\"client\",\"to\":\"mirror\",\"text\":\"a\"} {}", "after a single JSON value")]
    [InlineData("{\"from\":\"client\",\"to\":\"mirror\",\"text\":\"a\",}", "trailing comma")]
    [InlineData("{\"to\":\"mirror\",\"text\":\"a\"}", "\"from\" is missing")]
    [InlineData("{\"from\":\"client\",\"text\":\"a\"}", "\"to\" is missing")]
    [InlineData("{\"from\":\"client\",\"to\":\"mirror\"}", "the message itself is missing")]
    [InlineData(
        "{\"from\":\"mirror\",\"to\":\"client\",\"text\":\"a\"}",
        "\"from\" is 'mirror', which is none of the topology's endpoints (client, audit)"
    )]
    [InlineData("{\"from\":1,\"to\":\"mirror\",\"text\":\"a\"}", "\"from\" is a string")]
    [InlineData("{\"from\":\"client\",\"to\":null,\"text\":\"a\"}", "\"to\" is a string")]
    [InlineData("{\"from\":\"client\",\"to\":\"mirror\",\"text\":[]}", "\"text\" is a string")]
    [InlineData("{\"from\":\"client\",\"to\":\"mirror\",\"text\":\"\\ud800\"}", "not valid Unicode")]
    [InlineData("{\"from\":\"client\",\"to\":\"mirror\",\"base64\":\"a\"}", "\"base64\" is not base64")]
    [InlineData(
        "{\"from\":\"client\",\"to\":\"mirror\",\"size\":-1}",
        "\"size\" is a whole number from 0 to 1073741824"
    )]
    [InlineData("{\"from\":\"client\",\"to\":\"mirror\",\"size\":1073741825}", "\"size\" is a whole number")]
    [InlineData("{\"from\":\"client\",\"to\":\"mirror\",\"size\":0.5}", "\"size\" is a whole number")]
    [InlineData("{\"from\":\"client\",\"to\":\"mirror\",\"size\":1,\"repeat\":-1}", "\"repeat\" is a whole number")]
    [InlineData("{\"from\":\"client\",\"to\":\"mirror\",\"size\":1,\"repeat\":\"2\"}", "\"repeat\" is a number")]
    [InlineData(
        "{\"from\":\"client\",\"to\":\"mirror\",\"size\":1,\"text\":\"a\"}",
        "\"size\" and \"text\" are both there"
    )]
    [InlineData("{\"from\":\"client\",\"to\":\"mirror\",\"to\":\"audit\",\"size\":1}", "\"to\" stands twice")]
    [InlineData("{\"from\":\"client\",\"to\":\"mirror\",\"size\":1,\"size\":1}", "\"size\" stands twice")]
    [InlineData(
        "{\"from\":\"client\",\"to\":\"mirror\",\"size\":1,\"times\":2}",
        "\"times\" is no property of a message"
    )]
    public async Task Parse_WrongLine_SaysWhatIsWrong(string line, string problem)
    {
        await using MessagingHost host = new(new() { Workers = 0 });
        MessageLineParser parser = new(
            new Dictionary<string, MessagingEndpoint>
            {
                ["client"] = host.AddEndpoint("client"),
                ["audit"] = host.AddEndpoint("audit"),
            }
        );

        MessageLineException e = Assert.Throws<MessageLineException>(() => parser.Parse(Encoding.UTF8.GetBytes(line)));

        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
    }
}
