using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using FireAndForget.Messages;

namespace FireAndForget.Topologies;

/// <summary>A kind of value in a topology file: how it is read, and how the JSON schema describes it.</summary>
internal abstract class TopologyValue<T>
{
    /// <summary>Reads the value at whose start the reader is, and goes to its end; complains where it is not of this kind.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="name">How complaints call the value.</param>
    /// <param name="value">The value.</param>
    /// <returns>False where there is no value; what is wrong inside of one that there is was complained of.</returns>
    public abstract bool TryRead(ref TopologyReader reader, string name, [MaybeNullWhen(false)] out T value);

    /// <summary>The JSON schema of such a value.</summary>
    public abstract JsonObject Schema();

    /// <summary>A default as the schema shows it; null: it is not shown.</summary>
    public abstract JsonNode? ToJson(T value);
}

/// <summary>A property of a <typeparamref name="TOwner"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Required">What to give, where it must be given; else null.</param>
internal abstract record TopologyProperty<TOwner>(string Name, string? Required)
{
    /// <summary>Reads the property's value into its owner.</summary>
    public abstract void Read(ref TopologyReader reader, TOwner owner);

    /// <summary>The value's JSON schema, with the summary and the default.</summary>
    public abstract JsonObject Schema(TOwner defaults);
}

/// <inheritdoc cref="TopologyProperty{TOwner}"/>
internal sealed record TopologyProperty<TOwner, T>(
    string Name,
    TopologyValue<T> Value,
    Func<TOwner, T?> Get,
    Action<TOwner, T> Set,
    string Summary,
    string? Required
) : TopologyProperty<TOwner>(Name, Required)
{
    private readonly string _quotedName = $"\"{Name}\"";

    public override void Read(ref TopologyReader reader, TOwner owner)
    {
        if (Value.TryRead(ref reader, _quotedName, out T? value))
        {
            Set(owner, value);
        }
    }

    public override JsonObject Schema(TOwner defaults)
    {
        JsonObject schema = Value.Schema();
        schema.Insert(0, "description", Summary);
        if (Required is null && Get(defaults) is { } value && Value.ToJson(value) is { } json)
        {
            schema["default"] = json;
        }

        return schema;
    }
}

/// <summary>An object: it has these properties, each at most once, and no others.</summary>
/// <param name="name">How complaints call it.</param>
internal sealed class TopologyObject<T>(string name) : TopologyValue<T>, IEnumerable<TopologyProperty<T>>
    where T : class, new()
{
    private readonly List<TopologyProperty<T>> _properties = [];

    /// <summary>Adds a property.</summary>
    /// <param name="property">Its name.</param>
    /// <param name="value">What it may be.</param>
    /// <param name="get">Gets it: from a new object, its default.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="summary">What it means, in a sentence.</param>
    /// <param name="required">What to give, where it must be given.</param>
    public void Add<TValue>(
        string property,
        TopologyValue<TValue> value,
        Func<T, TValue?> get,
        Action<T, TValue> set,
        string summary,
        string? required = null
    ) => _properties.Add(new TopologyProperty<T, TValue>(property, value, get, set, summary, required));

    public override bool TryRead(ref TopologyReader reader, string called, [MaybeNullWhen(false)] out T value)
    {
        value = null;
        if (!reader.TryBegin(JsonTokenType.StartObject, called, "an object"))
        {
            return false;
        }

        TextPosition start = reader.Position();
        ulong seen = 0;
        value = new();
        while (reader.NextProperty(out string? property))
        {
            int outer = reader.Enter(property);
            ReadProperty(ref reader, property, value, ref seen);
            reader.Leave(outer);
        }

        for (int i = 0; i < _properties.Count; i++)
        {
            if (_properties[i].Required is { } what && (seen & (1ul << i)) == 0)
            {
                reader.Complain(start, $"{name} here has no \"{_properties[i].Name}\": {what}");
            }
        }

        return true;
    }

    public override JsonObject Schema()
    {
        T defaults = new();
        JsonObject schema = new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(
                _properties.Select(p => KeyValuePair.Create(p.Name, (JsonNode?)p.Schema(defaults)))
            ),
        };
        JsonNode?[] required = [.. _properties.Where(p => p.Required is not null).Select(p => (JsonNode)p.Name)];
        if (required.Length != 0)
        {
            schema["required"] = new JsonArray(required);
        }

        schema["additionalProperties"] = false;
        return schema;
    }

    // Each of its properties shows its own.
    public override JsonNode? ToJson(T value) => null;

    public IEnumerator<TopologyProperty<T>> GetEnumerator() => _properties.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void ReadProperty(ref TopologyReader reader, string property, T owner, ref ulong seen)
    {
        int index = _properties.Count - 1;
        while (index >= 0 && _properties[index].Name != property)
        {
            index--;
        }

        if (index < 0)
        {
            string known = string.Join(", ", _properties.Select(p => p.Name));
            reader.Complain($"{MessageId.Quote(property)} is no property of {name}, which has {known}");
            reader.Skip();
        }
        else if ((seen & (1ul << index)) != 0)
        {
            reader.Complain($"\"{property}\" stands twice in {name}; take one of them out");
            reader.Skip();
        }
        else
        {
            seen |= 1ul << index;
            reader.NextValue();
            _properties[index].Read(ref reader, owner);
        }
    }
}
