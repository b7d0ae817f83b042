using System.Text;
using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>The numbers under which mailboxes know the senders.</summary>
public class SenderDirectoryTests
{
    [Fact]
    public void NumberOf_Ids_CountsUpAndStays()
    {
        SenderDirectory directory = new();

        uint[] numbers = [.. Enumerable.Range(0, 100).Select(i => directory.NumberOf($"id{i}"))];

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (uint)i), numbers);
        Assert.Equal(3u, directory.NumberOf("id3"));
        Assert.Equal("id99", directory.IdOf(99));
        Assert.Equal("id99", Encoding.ASCII.GetString(directory.BytesOf(99)));
    }

    [Fact]
    public async Task NumberOf_ManyThreads_EachIdHasOneNumber()
    {
        SenderDirectory directory = new();

        uint[][] seen = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(() =>
                        Enumerable
                            .Range(0, 2000)
                            .Select(i =>
                            {
                                uint number = directory.NumberOf($"id{i}");
                                Assert.Equal($"id{i}", directory.IdOf(number));
                                return number;
                            })
                            .ToArray()
                    )
                )
        );

        Assert.All(seen, numbers => Assert.Equal(seen[0], numbers));
        Assert.Equal(2000, seen[0].Distinct().Count());
        Assert.Equal(1999u, seen[0].Max());
    }
}
