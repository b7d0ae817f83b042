using FireAndForget.Threading;
using Xunit;

namespace FireAndForget.Tests.Threading;

public sealed class AdaptiveSpinTests
{
    private int _looks;

    [Fact]
    public void Wait_WhatHappensMeanwhile_IsSeen()
    {
        AdaptiveSpin spin = new(processors: 2);

        Assert.True(spin.Wait(this, static test => ++test._looks == 5));
        Assert.Equal(5, _looks);
    }

    [Fact]
    public void Wait_BehindOneThatPaid_LooksAgain()
    {
        AdaptiveSpin spin = new(processors: 2);
        spin.Wait(this, static _ => true);

        Assert.True(spin.Wait(this, static _ => true));
    }

    [Fact]
    public void Wait_BehindOneInVain_IsLeftOutForSomeTimes()
    {
        AdaptiveSpin spin = new(processors: 2);
        Assert.False(spin.Wait(this, static test => ++test._looks < 0));
        Assert.Equal(AdaptiveSpin.Looks, _looks);

        for (int i = 0; i < AdaptiveSpin.LeftOut; i++)
        {
            Assert.False(spin.Wait(this, static _ => true));
        }

        Assert.True(spin.Wait(this, static _ => true));
    }

    [Fact]
    public void Wait_OnOneProcessor_NeverLooks()
    {
        AdaptiveSpin spin = new(processors: 1);

        Assert.False(spin.Wait(this, static test => ++test._looks > 0));
        Assert.Equal(0, _looks);
    }
}
