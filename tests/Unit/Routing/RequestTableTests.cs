using CsCheck;
using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>The table of open requests.</summary>
public sealed class RequestTableTests
{
    /// <summary>Against a dictionary. Numbers leave gaps, so that several requests come to share a place.</summary>
    [Fact]
    public void AddFindAndRemove_AnyHistory_AreThoseOfADictionary() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 40])
            .Array[0, 100]
            .Sample(steps =>
            {
                RequestTable table = new();
                Dictionary<ulong, OpenRequest> model = [];
                ulong last = 0;
                foreach ((int step, int value) in steps)
                {
                    if (step != 0)
                    {
                        last += step == 1 ? 1 : (ulong)(1 << (value % 6));
                        GuestRequest request = new(null!) { Number = last };
                        table.Add(request);
                        model.Add(last, request);
                    }
                    else if (model.Count != 0)
                    {
                        OpenRequest removed = model.Values.ElementAt(value % model.Count);
                        table.Remove(removed);
                        model.Remove(removed.Number);
                        Assert.Null(removed.Next);
                    }

                    Assert.Equal(model.Count, table.Count);
                    Assert.Equal(model.Values.ToHashSet(), [.. table.ToList()]);
                    for (ulong number = 0; number <= last + 1; number++)
                    {
                        Assert.Same(model.GetValueOrDefault(number), table.Find(number));
                    }
                }
            });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(ulong.MaxValue)]
    public void Find_BeforeTheFirstRequest_IsNothing(ulong number) => Assert.Null(new RequestTable().Find(number));
}
