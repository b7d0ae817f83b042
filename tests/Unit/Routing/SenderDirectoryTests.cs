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

    /// <summary>Two components of one id at the same time cannot be, but a removed one and its successor can.</summary>
    [Fact]
    public async Task NumberOf_TheSameIdFromTwoThreads_IsOneNumber()
    {
        const int Ids = 3000;
        SenderDirectory directory = new();
        uint[][] numbers = [new uint[Ids], new uint[Ids]];
        int[] reached = [-1, -1];

        CancellationToken token = TestContext.Current.CancellationToken;
        await Task.WhenAll(Task.Run(() => Ask(0), token), Task.Run(() => Ask(1), token));

        Assert.Equal(numbers[0], numbers[1]);
        Assert.All(numbers[0], (number, i) => Assert.Equal($"id{i}", directory.IdOf(number)));

        void Ask(int thread)
        {
            SpinWait spin = default;
            for (int i = 0; i < Ids; i++)
            {
                // Both begin with each id together, as far as that can be.
                Volatile.Write(ref reached[thread], i);
                while (Volatile.Read(ref reached[1 - thread]) < i)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }

                numbers[thread][i] = directory.NumberOf($"id{i}");
            }
        }
    }
}
