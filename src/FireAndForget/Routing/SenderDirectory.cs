using System.Collections.Concurrent;
using System.Text;

namespace FireAndForget.Routing;

/// <summary>
/// Gives every id that ever sent a number, which is what mailboxes carry. An id keeps its number for the host's life: messages
/// may outlive the registration of their sender.
/// </summary>
internal sealed class SenderDirectory
{
    private readonly ConcurrentDictionary<string, uint> _numbers = new(StringComparer.Ordinal);
    private readonly Lock _growing = new();
    private volatile Entry[] _entries = [];

    public uint NumberOf(string id)
    {
        if (_numbers.TryGetValue(id, out uint number))
        {
            return number;
        }

        lock (_growing)
        {
            if (_numbers.TryGetValue(id, out number))
            {
                return number;
            }

            Entry[] entries = _entries;
            number = (uint)_numbers.Count;
            if (number == entries.Length)
            {
                Array.Resize(ref entries, Math.Max(16, entries.Length * 2));
            }

            entries[number] = new(id, Encoding.ASCII.GetBytes(id));
            _entries = entries;
            _numbers[id] = number;
            return number;
        }
    }

    public string IdOf(uint number) => _entries[number].Id;

    /// <summary>The id as the bytes that a guest gets; ids are ASCII, so this is UTF-8.</summary>
    public ReadOnlySpan<byte> BytesOf(uint number) => _entries[number].Bytes;

    private readonly record struct Entry(string Id, byte[] Bytes);
}
