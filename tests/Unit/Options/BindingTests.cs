using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace FireAndForget.Tests.Options;

/// <summary>
/// Options are bound from configuration alike by reflection and by the binding generator, which is on in this project, and what is
/// bound is never wider than what is written.
/// </summary>
public class BindingTests
{
    public static TheoryData<Type> Roots => [.. OptionTree.Roots];

    [Fact]
    public void OptionTypes_OfTheLibrary_AreAllReached() =>
        Assert.Equal(
            typeof(ComponentOptions)
                .Assembly.GetExportedTypes()
                .Where(t => t is { IsAbstract: false } && t.Name.EndsWith("Options", StringComparison.Ordinal))
                .OrderBy(t => t.Name),
            OptionTree.AllTypes().Where(t => t.Name.EndsWith("Options", StringComparison.Ordinal)).OrderBy(t => t.Name)
        );

    [Fact]
    public void OptionTypes_All_ArePlainSettableClasses() =>
        Assert.All(
            OptionTree.AllTypes(),
            type =>
            {
                Assert.True(type.IsSealed, type.Name);
                Assert.NotNull(type.GetConstructor([]));
                Assert.All(
                    OptionTree.PropertiesOf(type),
                    p =>
                    {
                        ParameterInfo? set = p.SetMethod is { IsPublic: true } setter ? setter.ReturnParameter : null;
                        Assert.True(set is not null, $"{type.Name}.{p.Name} cannot be set");
                        Assert.DoesNotContain(typeof(IsExternalInit), set.GetRequiredCustomModifiers());
                        Assert.Null(p.GetCustomAttribute<RequiredMemberAttribute>());
                    }
                );
            }
        );

    [Theory]
    [MemberData(nameof(Roots))]
    public void Bind_EveryOption_IsAsWritten(Type type)
    {
        SortedDictionary<string, string?> written = OptionTree.Others(type);
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(written).Build();

        (object reflected, object generated) = BindBoth(type, configuration);

        Assert.Equal(OptionTree.Read(reflected), OptionTree.Read(generated));
        SortedDictionary<string, string?> bound = OptionTree.Read(generated);
        Assert.All(written, option => Assert.Equal(option.Value, bound.GetValueOrDefault(option.Key)));
    }

    [Theory]
    [MemberData(nameof(Roots))]
    public void Bind_Nothing_IsTheDefault(Type type)
    {
        (object reflected, object generated) = BindBoth(type, Json("{}"));

        SortedDictionary<string, string?> defaults = OptionTree.Read(Activator.CreateInstance(type)!);
        Assert.Equal(defaults, OptionTree.Read(reflected));
        Assert.Equal(defaults, OptionTree.Read(generated));
    }

    [Theory]
    [InlineData("[]", "")]
    [InlineData("""["7"]""", "7")]
    [InlineData("""["7", "8"]""", "7,8")]
    [InlineData("null", null)]
    public void Bind_AList_ReplacesItsDefault(string json, string? expected)
    {
        IConfiguration configuration = Json(
            $$"""{ "ReceivesFrom": {{json}}, "Codecs": {{json}}, "SendsTo": {{json}}, "Wasi": { "Arguments": {{json}} } }"""
        );

        (object reflected, object generated) = BindBoth(typeof(ComponentOptions), configuration);

        Assert.All(
            [(ComponentOptions)reflected, (ComponentOptions)generated],
            options =>
            {
                Assert.Equal(expected, options.ReceivesFrom is { } from ? string.Join(',', from) : null);
                Assert.Equal(expected, options.Codecs is { } codecs ? string.Join(',', codecs) : null);
                Assert.Equal(expected ?? "", string.Join(',', options.SendsTo));
                Assert.Equal(expected ?? "", string.Join(',', options.Wasi.Arguments));
            }
        );
    }

    [Theory]
    [InlineData("""{ "Limits": { "MessageTimeout": "-00:00:01" } }""", "MessageTimeout")]
    [InlineData("""{ "Limits": { "MessageTimeout": "soon" } }""", "Limits:MessageTimeout")]
    [InlineData("""{ "Mailbox": { "OverflowPolicy": "DropNewest" } }""", "Mailbox:OverflowPolicy")]
    [InlineData("""{ "Mailbox": { "OverflowPolicy": "7" } }""", "OverflowPolicy")]
    [InlineData("""{ "MaxMessageBytes": "2000000000" }""", "MaxMessageBytes")]
    [InlineData("""{ "Rate": { "MessagesPerSecond": "NaN" } }""", "MessagesPerSecond")]
    public void Bind_WhatIsNotAsItMayBe_IsRefusedByName(string json, string name)
    {
        IConfiguration configuration = Json(json);

        Exception generated = Assert.ThrowsAny<Exception>(() => configuration.Bind(new ComponentOptions()));
        Exception reflected = Assert.ThrowsAny<Exception>(() => ByReflection(configuration, new ComponentOptions()));

        Assert.Contains(name, generated.Message, StringComparison.Ordinal);
        Assert.Contains(
            name,
            (reflected.InnerException ?? reflected).Message + reflected.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("""{ "ReceivesFrom": ["a*b"] }""", "'a*b' in ReceivesFrom")]
    [InlineData("""{ "SendsTo": [""] }""", "'' in SendsTo")]
    [InlineData("""{ "Codecs": ["CBOR"] }""", "'CBOR' in Codecs")]
    [InlineData("""{ "Rate": { "Burst": 5 } }""", "MessagesPerSecond")]
    [InlineData("""{ "Wasi": { "Environment": { "A=B": "C" } } }""", "'A=B'")]
    [InlineData("""{ "Wasi": { "Directories": [ { "Host": "." } ] } }""", "Guest")]
    public async Task AddComponent_BoundTextThatIsNotAsItMayBe_IsRefusedByNameAndValue(string json, string reason)
    {
        ComponentOptions options = new();
        Json(json).Bind(options);
        await using MessagingHost host = new(new() { Workers = 0 });

        ArgumentException e = Assert.ThrowsAny<ArgumentException>(() =>
            host.AddComponent("guest", ComponentSource.FromText("(module)"), options)
        );

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Taken_EveryOption_IsCopied()
    {
        ComponentOptions component = Filled<ComponentOptions>();
        MessagingEndpointOptions endpoint = Filled<MessagingEndpointOptions>();
        MessagingHostOptions host = Filled<MessagingHostOptions>();

        Assert.All(
            [
                (component, component.Snapshot()),
                (endpoint, endpoint.Snapshot()),
                ((object)host, (object)host.Snapshot()),
            ],
            pair =>
            {
                Assert.Equal(OptionTree.Read(pair.Item1), OptionTree.Read(pair.Item2));
                Assert.Empty(
                    OptionTree
                        .Mutable(pair.Item1)
                        .Intersect(OptionTree.Mutable(pair.Item2), ReferenceEqualityComparer.Instance)
                );
            }
        );
    }

    [Fact]
    public void IsSameAs_AnyPropertyChanged_IsFalse()
    {
        Assert.True(new MailboxOptions().IsSameAs(new()));
        Assert.True(new QuotaOptions().IsSameAs(new()));
        Assert.True(RateOptions.AreSame(Rate(), Rate()));
        Assert.True(RateOptions.AreSame(null, null));
        Assert.False(RateOptions.AreSame(null, Rate()));
        Assert.False(RateOptions.AreSame(Rate(), null));
        Assert.All(ChangedInOne(() => new MailboxOptions()), changed => Assert.False(changed.IsSameAs(new())));
        Assert.All(ChangedInOne(() => new QuotaOptions()), changed => Assert.False(changed.IsSameAs(new())));
        Assert.All(ChangedInOne(Rate), changed => Assert.False(RateOptions.AreSame(changed, Rate())));
        Assert.False(MailboxOptions.Unbounded.IsSameAs(new()));
    }

    private static RateOptions Rate() => new() { MessagesPerSecond = 1 };

    private static IEnumerable<T> ChangedInOne<T>(Func<T> make) =>
        OptionTree
            .Others(typeof(T))
            .Select(option =>
            {
                T options = make();
                ByReflection(new ConfigurationBuilder().AddInMemoryCollection([option]).Build(), options);
                return options;
            });

    private static T Filled<T>()
        where T : new()
    {
        T options = new();
        ByReflection(new ConfigurationBuilder().AddInMemoryCollection(OptionTree.Others(typeof(T))).Build(), options);
        return options;
    }

    private static (object Reflected, object Generated) BindBoth(Type type, IConfiguration configuration)
    {
        object reflected = Activator.CreateInstance(type)!;
        object generated = Activator.CreateInstance(type)!;
        ByReflection(configuration, reflected);
        // The generator writes the code for a call by the type that stands in it.
        switch (generated)
        {
            case ComponentOptions component:
                configuration.Bind(component);
                break;
            case MessagingEndpointOptions endpoint:
                configuration.Bind(endpoint);
                break;
            case EventSubscriptionOptions events:
                configuration.Bind(events);
                break;
            case MessagingHostOptions host:
                configuration.Bind(host);
                break;
            default:
                throw new InvalidOperationException($"The test has no call for {type}.");
        }

        return (reflected, generated);
    }

    /// <summary>The generator replaces calls and nothing else: a delegate is the binder that goes by reflection.</summary>
    private static void ByReflection(IConfiguration configuration, object? options)
    {
        Action<IConfiguration, object?> bind = ConfigurationBinder.Bind;
        bind(configuration, options);
    }

    private static IConfigurationRoot Json(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
}
