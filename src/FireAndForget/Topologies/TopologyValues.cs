using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FireAndForget.Messages;

namespace FireAndForget.Topologies;

/// <summary>A list.</summary>
/// <param name="of">What it is a list of.</param>
/// <param name="itemName">How complaints call one of its items.</param>
/// <param name="item">What an item may be.</param>
/// <param name="key">A property in which no two items are the same, and its name; null: there is none.</param>
internal sealed class TopologyList<T>(
    string of,
    string itemName,
    TopologyValue<T> item,
    (string Name, Func<T, string> Of)? key = null
) : TopologyValue<List<T>>
{
    public override bool TryRead(ref TopologyReader reader, string name, [MaybeNullWhen(false)] out List<T> value)
    {
        value = null;
        if (!reader.TryBegin(JsonTokenType.StartArray, name, $"a list of {of}"))
        {
            return false;
        }

        HashSet<string>? keys = key is null ? null : new(StringComparer.Ordinal);
        value = [];
        for (int i = 0; reader.NextItem(); i++)
        {
            int outer = reader.Enter(i);
            TextPosition start = reader.Position();
            if (item.TryRead(ref reader, itemName, out T? read))
            {
                value.Add(read);
                if (key?.Of(read) is { Length: > 0 } text && !keys!.Add(text))
                {
                    string problem = $"{MessageId.Quote(text)} is the \"{key?.Name}\" of two {of}; change one of them";
                    reader.Complain(start, problem);
                }
            }

            reader.Leave(outer);
        }

        return true;
    }

    public override JsonObject Schema() => new() { ["type"] = "array", ["items"] = item.Schema() };

    public override JsonNode ToJson(List<T> value) => new JsonArray([.. value.Select(item.ToJson)]);
}

/// <summary>Finds what is wrong with a text, as a clause; null: nothing is.</summary>
internal delegate string? TextCheck(ref TopologyReader reader, string text);

/// <summary>A string.</summary>
/// <param name="pattern">A regular expression that it matches; null: it may be any.</param>
/// <param name="check">Finds what is wrong with it; null: nothing can be.</param>
internal sealed class TopologyText(string? pattern = null, TextCheck? check = null) : TopologyValue<string>
{
    public override bool TryRead(ref TopologyReader reader, string name, [MaybeNullWhen(false)] out string value) =>
        reader.TryReadText(name, out value)
        && (check?.Invoke(ref reader, value) is not { } problem || reader.Complain(problem));

    public override JsonObject Schema()
    {
        JsonObject schema = new() { ["type"] = "string" };
        if (pattern is not null)
        {
            schema["pattern"] = pattern;
        }

        return schema;
    }

    public override JsonNode ToJson(string value) => value;
}

/// <summary>One of a few words.</summary>
internal sealed class TopologyChoice<T>(params (string Word, T Value)[] choices) : TopologyValue<T>
    where T : struct, Enum
{
    public override bool TryRead(ref TopologyReader reader, string name, out T value)
    {
        value = default;
        if (!reader.TryReadText(name, out string? text))
        {
            return false;
        }

        foreach ((string word, T choice) in choices)
        {
            if (word == text)
            {
                value = choice;
                return true;
            }
        }

        string words = string.Join(" or ", choices.Select(c => $"\"{c.Word}\""));
        return reader.Complain($"{name} is {words}; {MessageId.Quote(text)} is not");
    }

    public override JsonObject Schema() =>
        new() { ["enum"] = new JsonArray([.. choices.Select(c => (JsonNode)c.Word)]) };

    public override JsonNode ToJson(T value) => choices.First(c => c.Value.Equals(value)).Word;
}

/// <summary>True or false.</summary>
internal sealed class TopologyBoolean : TopologyValue<bool>
{
    public override bool TryRead(ref TopologyReader reader, string name, out bool value)
    {
        value = reader.TokenType == JsonTokenType.True;
        return value || reader.TokenType == JsonTokenType.False || reader.ComplainOfType(name, "true or false");
    }

    public override JsonObject Schema() => new() { ["type"] = "boolean" };

    public override JsonNode ToJson(bool value) => value;
}

/// <summary>A number in a range.</summary>
/// <param name="least">The least that it may be, or where <paramref name="isAbove"/> what it is more than.</param>
/// <param name="most">The most that it may be.</param>
/// <param name="isWhole">Whether it is a whole number.</param>
/// <param name="from">Makes the value of the number.</param>
/// <param name="to">Makes the number of the value.</param>
/// <param name="isAbove">Whether <paramref name="least"/> itself is too little.</param>
internal sealed class TopologyNumber<T>(
    decimal least,
    decimal most,
    bool isWhole,
    Func<decimal, T> from,
    Func<T, decimal> to,
    bool isAbove = false
) : TopologyValue<T>
    where T : struct
{
    public override bool TryRead(ref TopologyReader reader, string name, out T value)
    {
        value = default;
        if (!reader.TryReadNumber(name, out decimal number))
        {
            return false;
        }

        if (isWhole && number != decimal.Truncate(number))
        {
            return reader.Complain($"{name} is a whole number; {reader.RawText} is not");
        }

        if (number < least || number > most || isAbove && number == least)
        {
            string range = isAbove
                ? $"more than {Text(least)} and at most {Text(most)}"
                : $"{Text(least)} to {Text(most)}";
            return reader.Complain($"{name} is {range}; {reader.RawText} is not");
        }

        value = from(number);
        return true;
    }

    public override JsonObject Schema() =>
        new()
        {
            ["type"] = isWhole ? "integer" : "number",
            [isAbove ? "exclusiveMinimum" : "minimum"] = least,
            ["maximum"] = most,
        };

    public override JsonNode ToJson(T value) => to(value);

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A codec, by its name or its multicodec number.</summary>
internal sealed class TopologyCodec : TopologyValue<string>
{
    private static readonly TopologyNumber<ulong> Number = new(
        0,
        Varint.MaxValue,
        isWhole: true,
        n => (ulong)n,
        n => n
    );

    public override bool TryRead(ref TopologyReader reader, string name, [MaybeNullWhen(false)] out string value)
    {
        value = null;
        if (reader.TokenType != JsonTokenType.String)
        {
            bool isNumber = Number.TryRead(ref reader, name, out ulong number);
            value = new MessageCodec(number);
            return isNumber;
        }

        if (!reader.TryReadText(name, out string? text))
        {
            return false;
        }

        if (!MessageCodec.TryParse(text, out MessageCodec codec))
        {
            return reader.Complain($"{MessageId.Quote(text)} is no codec: {MessageCodec.Form}");
        }

        value = codec;
        return true;
    }

    public override JsonObject Schema()
    {
        JsonObject names = new() { ["enum"] = new JsonArray([.. MessageCodec.KnownNames.Select(n => (JsonNode)n)]) };
        JsonObject digits = new() { ["type"] = "string", ["pattern"] = "^[0-9]+$" };
        return new() { ["anyOf"] = new JsonArray(names, digits, Number.Schema()) };
    }

    public override JsonNode ToJson(string value) => value;
}

/// <summary>An object whose properties have any names, and strings as their values.</summary>
/// <param name="of">How complaints call one of its values.</param>
/// <param name="check">Finds what is wrong with a name and a value; null: nothing can be.</param>
/// <param name="namePattern">A regular expression that the names match; null: they may be any.</param>
/// <param name="valuePattern">A regular expression that the values match; null: they may be any.</param>
internal sealed class TopologyTexts(
    string of,
    Func<string, string, string?>? check = null,
    string? namePattern = null,
    string? valuePattern = null
) : TopologyValue<IDictionary<string, string>>
{
    public override bool TryRead(
        ref TopologyReader reader,
        string name,
        [MaybeNullWhen(false)] out IDictionary<string, string> value
    )
    {
        value = null;
        if (!reader.TryBegin(JsonTokenType.StartObject, name, "an object"))
        {
            return false;
        }

        value = new Dictionary<string, string>();
        while (reader.NextProperty(out string? key))
        {
            int outer = reader.Enter(key);
            reader.NextValue();
            if (reader.TryReadText(of, out string? text))
            {
                if (check?.Invoke(key, text) is { } problem)
                {
                    reader.Complain(problem);
                }
                else if (!value.TryAdd(key, text))
                {
                    string owner = name.Trim('"');
                    reader.Complain($"{MessageId.Quote(key)} stands twice in {owner}; take one of them out");
                }
            }

            reader.Leave(outer);
        }

        return true;
    }

    public override JsonObject Schema()
    {
        JsonObject schema = new() { ["type"] = "object" };
        if (namePattern is not null)
        {
            schema["propertyNames"] = new JsonObject { ["pattern"] = namePattern };
        }

        JsonObject values = new() { ["type"] = "string" };
        if (valuePattern is not null)
        {
            values["pattern"] = valuePattern;
        }

        schema["additionalProperties"] = values;
        return schema;
    }

    public override JsonNode ToJson(IDictionary<string, string> value) =>
        new JsonObject(value.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value)));
}

/// <summary>An id that stands for an object of which only that is given, or the object.</summary>
/// <param name="text">What the id may be.</param>
/// <param name="from">Makes the object of the text.</param>
/// <param name="whole">The object.</param>
internal sealed class TopologyShort<T>(TopologyText text, Func<string, T> from, TopologyObject<T> whole)
    : TopologyValue<T>
    where T : class, new()
{
    public override bool TryRead(ref TopologyReader reader, string name, [MaybeNullWhen(false)] out T value)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return whole.TryRead(ref reader, name, out value);
        }

        value = null;
        if (reader.TokenType != JsonTokenType.String)
        {
            return reader.ComplainOfType(name, "its id or an object");
        }

        if (text.TryRead(ref reader, name, out string? shortened))
        {
            value = from(shortened);
        }

        return value is not null;
    }

    public override JsonObject Schema() => new() { ["anyOf"] = new JsonArray(text.Schema(), whole.Schema()) };

    public override JsonNode? ToJson(T value) => null;
}
