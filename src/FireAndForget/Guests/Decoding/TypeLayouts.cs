using System.Globalization;
using System.Text;
using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Tells which types of a component are equal, and what a value of each takes in memory, by the canonical ABI
/// (<see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md"/>). Types share their parts, so each is
/// looked at once.
/// </summary>
internal sealed class TypeLayouts(DecodingBudget budget)
{
    /// <summary>As deep as Wasmtime lets types nest.</summary>
    private const int Deepest = 100;

    private const int PointerBytes = 4;

    private readonly Dictionary<ComponentType, Layout> _layouts = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <summary>The type of a stream or future.</summary>
    /// <param name="type">As the component has it.</param>
    /// <param name="offset">Where to say that it is beyond what can be read.</param>
    /// <exception cref="ComponentLoadException">It nests too deep.</exception>
    public ChannelType ChannelOf(ComponentType type, int offset)
    {
        bool isFuture = type.Kind == ComponentTypeKind.Future;
        if (type.Parts[0] is not { } value)
        {
            return new(isFuture, 0, 0, 1, IsPlain: true);
        }

        Layout layout = LayoutOf(value, offset, 1);
        bool isNumber = value.Kind is >= ComponentTypeKind.S8 and <= ComponentTypeKind.F64;
        return new(isFuture, layout.Number, (uint)layout.Bytes, layout.Alignment, isNumber);
    }

    private Layout LayoutOf(ComponentType type, int offset, int depth)
    {
        if (_layouts.TryGetValue(type, out Layout layout))
        {
            return layout;
        }

        if (depth > Deepest)
        {
            throw WasmReader.Unsupported(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the type of a stream or future nests more than {Deepest} deep"
                ),
                offset
            );
        }

        budget.Take((DecodingBudget.Item + DecodingBudget.Slot) * (1L + type.Parts.Count), offset);
        var parts = new Layout?[type.Parts.Count];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = type.Parts[i] is { } part ? LayoutOf(part, offset, depth + 1) : null;
        }

        (ulong bytes, uint alignment) = Measure(type, parts);
        layout = new(NumberOf(type, parts, offset), Math.Min(bytes, uint.MaxValue), alignment);
        _layouts.Add(type, layout);
        return layout;
    }

    /// <summary>Numbers a type by its kind, its labels and the numbers of its parts, from 1 on.</summary>
    private int NumberOf(ComponentType type, Layout?[] parts, int offset)
    {
        StringBuilder key = new();
        key.Append(CultureInfo.InvariantCulture, $"{(int)type.Kind} {type.Length}");
        foreach (Layout? part in parts)
        {
            key.Append(CultureInfo.InvariantCulture, $" {part?.Number ?? 0}");
        }

        // With their lengths, so that no label passes for two.
        IEnumerable<string> labels = type is { Kind: ComponentTypeKind.Resource, Import: { } import }
            ? [import.Interface, import.Name]
            : type.Labels;
        foreach (string label in labels)
        {
            key.Append(CultureInfo.InvariantCulture, $" {label.Length}:{label}");
        }

        budget.Take(DecodingBudget.Item + (sizeof(char) * (long)key.Length), offset);
        string text = key.ToString();
        if (!_numbers.TryGetValue(text, out int number))
        {
            number = _numbers.Count + 1;
            _numbers.Add(text, number);
        }

        return number;
    }

    private static (ulong Bytes, uint Alignment) Measure(ComponentType type, Layout?[] parts) =>
        type.Kind switch
        {
            ComponentTypeKind.Bool or ComponentTypeKind.S8 or ComponentTypeKind.U8 => (1, 1),
            ComponentTypeKind.S16 or ComponentTypeKind.U16 => (2, 2),
            ComponentTypeKind.S64 or ComponentTypeKind.U64 or ComponentTypeKind.F64 => (8, 8),
            ComponentTypeKind.String or ComponentTypeKind.List or ComponentTypeKind.Map => (
                2 * PointerBytes,
                PointerBytes
            ),
            ComponentTypeKind.FixedLengthList => (type.Length * parts[0]!.Value.Bytes, parts[0]!.Value.Alignment),
            ComponentTypeKind.Record or ComponentTypeKind.Tuple => MeasureFields(parts),
            ComponentTypeKind.Flags => type.Labels.Count switch
            {
                <= 8 => (1, 1),
                <= 16 => (2, 2),
                _ => (4, 4),
            },
            ComponentTypeKind.Enum => MeasureCases(type.Labels.Count, []),
            ComponentTypeKind.Variant => MeasureCases(parts.Length, parts),
            ComponentTypeKind.Option or ComponentTypeKind.Result => MeasureCases(2, parts),
            // It is a number of 32 bits, a character or a handle.
            _ => (4, 4),
        };

    private static (ulong Bytes, uint Alignment) MeasureFields(Layout?[] fields)
    {
        ulong end = 0;
        uint alignment = 1;
        foreach (Layout? field in fields)
        {
            end = Align(end, field!.Value.Alignment) + field.Value.Bytes;
            alignment = Math.Max(alignment, field.Value.Alignment);
        }

        return (Align(end, alignment), alignment);
    }

    private static (ulong Bytes, uint Alignment) MeasureCases(int cases, Layout?[] payloads)
    {
        uint discriminant =
            cases <= 1 << 8 ? 1u
            : cases <= 1 << 16 ? 2u
            : 4u;
        ulong largest = 0;
        uint payloadAlignment = 1;
        foreach (Layout? payload in payloads)
        {
            largest = Math.Max(largest, payload?.Bytes ?? 0);
            payloadAlignment = Math.Max(payloadAlignment, payload?.Alignment ?? 1);
        }

        uint alignment = Math.Max(discriminant, payloadAlignment);
        return (Align(Align(discriminant, payloadAlignment) + largest, alignment), alignment);
    }

    private static ulong Align(ulong place, uint alignment) => (place + alignment - 1) / alignment * alignment;

    private readonly record struct Layout(int Number, ulong Bytes, uint Alignment);
}
