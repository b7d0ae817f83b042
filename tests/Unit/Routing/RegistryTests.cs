using FireAndForget.Messages;
using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>Who is registered under an id, here or elsewhere, and what a participant's own changes do.</summary>
public sealed class RegistryTests : IDisposable
{
    private readonly Elsewhere _elsewhere = new();
    private readonly Parts _parts;
    private readonly Registry _registry;

    public RegistryTests()
    {
        _parts = new(new() { Fallback = _elsewhere });
        _registry = _parts.Registry;
    }

    public void Dispose() => _parts.Dispose();

    [Fact]
    public void TryDisplace_WhoIsRegistered_LeavesItsIdAndKeepsItsTopics()
    {
        RouteCache cache = new(_registry, _parts.Add("sender"));
        Participant target = _parts.Add("target", options: new() { SubscribesTo = ["news"] });
        Route route = cache.Find("target");

        Assert.True(_registry.TryDisplace(target));

        Assert.True(target.Target.HasSuccessor);
        Assert.True(route.IsStale);
        Assert.False(_registry.Contains("target"));
        Assert.Equal([target], _registry.Topics.Find("news"));
    }

    [Fact]
    public void TryDisplace_WhoIsNotRegistered_ChangesNothing()
    {
        RouteCache cache = new(_registry, _parts.Add("sender"));
        Participant target = _parts.Add("target");
        Participant other = _parts.Make("target");
        Route route = cache.Find("target");

        Assert.False(_registry.TryDisplace(other));

        Assert.False(other.Target.HasSuccessor);
        Assert.False(route.IsStale);
        Assert.Same(target, _registry.Find("target"));
    }

    [Fact]
    public void Find_NoId_IsNotLookedForElsewhere()
    {
        _elsewhere.Found.Enqueue(_parts.Make("far"));
        _elsewhere.Found.Enqueue(_parts.Make("far"));

        Assert.Null(_registry.Find("No Id"));
        Assert.Equal("far", _registry.Find("far")!.Id);
    }

    /// <summary>A target that another one replaces while the route is decided: the route would lead to the one that is gone.</summary>
    [Fact]
    public void Resolve_AnotherTargetMeanwhile_IsStale()
    {
        Participant sender = _parts.Add("sender");
        _elsewhere.Found.Enqueue(_parts.Make("far"));
        Participant after = _parts.Make("far");
        _elsewhere.Found.Enqueue(after);

        Assert.True(_registry.Resolve(sender, "far").IsStale);
        Route route = _registry.Resolve(sender, "far");
        Assert.Equal((false, after.Target), (route.IsStale, route.Target));
    }

    /// <summary>What is published goes by the topics that the sender may publish under, not by whom it may send to.</summary>
    [Theory]
    [InlineData("news", SendStatus.Accepted)]
    [InlineData("weather", SendStatus.CapabilityDenied)]
    [InlineData(null, SendStatus.CapabilityDenied)]
    public void Resolve_WithATopic_IsDecidedByWhatTheSenderMayPublish(string? topic, SendStatus expected)
    {
        Participant sender = _parts.Add("sender", sendsTo: ["weather"]);
        sender.PublishesTo = CapabilityPattern.ParseAll(["news"]);
        Participant target = _parts.Add("target");

        Assert.Equal(expected, _registry.Resolve(sender, target, topic).Refusal);
    }

    [Fact]
    public void ChangeSubscription_OfWhoIsRegistered_HoldsAndIsTold()
    {
        Participant one = _parts.Add("one");

        Assert.True(_registry.ChangeSubscription(one, "news*", isAdded: true));
        Assert.Equal([one], _registry.Topics.Find("news"));
        Assert.False(_registry.ChangeSubscription(one, "news*", isAdded: true));

        Assert.True(_registry.ChangeSubscription(one, "news*", isAdded: false));
        Assert.Empty(_registry.Topics.Find("news"));
        Assert.Equal(["one", "one"], _elsewhere.Told);
    }

    /// <summary>Other hosts need to know of subscriptions alone.</summary>
    [Theory]
    [InlineData(Capability.SendsTo, 0)]
    [InlineData(Capability.ReceivesFrom, 0)]
    [InlineData(Capability.PublishesTo, 0)]
    [InlineData(Capability.SubscribesTo, 1)]
    public void ChangeCapability_Granted_IsToldWhereItIsASubscription(Capability capability, int told)
    {
        _parts.Add("one");

        Assert.True(_registry.ChangeCapability("one", capability, "news", isGranted: true));

        Assert.Equal(told, _elsewhere.Told.Count);
    }

    [Fact]
    public void ChangeSubscription_Null_Throws() =>
        Assert.Throws<ArgumentNullException>(
            "pattern",
            () => _registry.ChangeSubscription(_parts.Add("one"), null!, isAdded: true)
        );

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ChangeSubscription_OfWhoWasRemoved_ThrowsAndNamesIt(bool isAnotherThere)
    {
        Participant one = _parts.Add("one");
        _registry.TryRemove("one", out _);
        if (isAnotherThere)
        {
            _parts.Add("one");
        }

        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() =>
            _registry.ChangeSubscription(one, "news", isAdded: true)
        );

        Assert.Equal("'one' was removed and has no subscriptions any more.", e.Message);
        Assert.Empty(_registry.Topics.Find("news"));
    }

    [Fact]
    public void ChangePolicy_OtherTopics_AreTheOnesOfTheNewOptions()
    {
        Participant one = _parts.Add("one", options: new() { SubscribesTo = ["news"] });
        ComponentOptions before = new() { SubscribesTo = ["news"], PublishesTo = ["log"] };
        ComponentOptions after = new() { SubscribesTo = ["weather"], PublishesTo = ["audit/*"] };

        _registry.ChangePolicy(one, before, after, TimeProvider.System);

        Assert.Equal(["audit/*"], one.PublishesToTexts);
        Assert.Empty(_registry.Topics.Find("news"));
        Assert.Equal([one], _registry.Topics.Find("weather"));
    }

    /// <summary>Also where the new options say the same in another list.</summary>
    [Fact]
    public void ChangePolicy_SameTopics_WhatWasGrantedStays()
    {
        Participant one = _parts.Add("one", options: new() { SubscribesTo = ["news"] });
        _registry.ChangeCapability("one", Capability.SubscribesTo, "late", isGranted: true);
        _registry.ChangeCapability("one", Capability.PublishesTo, "late", isGranted: true);

        _registry.ChangePolicy(
            one,
            new() { SubscribesTo = ["news"], PublishesTo = ["log"] },
            new() { SubscribesTo = ["news"], PublishesTo = ["log"] },
            TimeProvider.System
        );

        Assert.Equal(["late"], one.PublishesToTexts);
        Assert.Equal([one], _registry.Topics.Find("late"));
    }

    /// <summary>Gives one participant after the other for the only id that it knows, and the last one for ever.</summary>
    private sealed class Elsewhere : ITargetResolver
    {
        public Queue<Participant> Found { get; } = new();

        public List<string> Told { get; } = [];

        public Participant? Resolve(string id) =>
            Found.Count == 0 || id == "sender" ? null
            : Found.Count == 1 ? Found.Peek()
            : Found.Dequeue();

        public void SubscriptionsChanged(string id) => Told.Add(id);
    }
}
