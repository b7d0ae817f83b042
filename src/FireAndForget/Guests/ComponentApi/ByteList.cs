using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Wasmtime.Components;

namespace FireAndForget.Guests.ComponentApi;

/// <summary>
/// Bytes as the list of values that the component API takes. One list serves all messages, and shares the values, one for each
/// byte; it shows the bytes that it was set to last.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "It is a list.")]
internal sealed class ByteList : IReadOnlyList<ComponentValue>
{
    private static readonly ComponentValue[] Values =
    [
        .. Enumerable.Range(0, 256).Select(one => ComponentValue.U8((byte)one)),
    ];

    private byte[] _bytes = [];

    public int Count { get; private set; }

    public ComponentValue this[int index] => Values[_bytes[index]];

    public void Set(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length < bytes.Length)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(bytes.Length);
        }

        bytes.CopyTo(_bytes);
        Count = bytes.Length;
    }

    public IEnumerator<ComponentValue> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
