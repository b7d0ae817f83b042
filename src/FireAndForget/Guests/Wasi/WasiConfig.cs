using System.Text;
using FireAndForget.Guests.Calls;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>The functions of <c>wasi:config/store</c>, over what the component is configured with. They never fail.</summary>
internal static class WasiConfig
{
    /// <summary>A result whose error, two words and a string, is as large as an option of a string.</summary>
    private const int ResultBytes = 16;
    private const int ResultAlignment = 4;
    private const int StringBytes = 8;

    public static Function? Find(string name, WasiGrants grants, LoweredCall call) =>
        name switch
        {
            "wasi:config/store#get" => Get(grants, call),
            "wasi:config/store#get-all" => GetAll(grants, call),
            _ => null,
        };

    private static Function Get(WasiGrants grants, LoweredCall call)
    {
        int longest = grants.Config.Keys.Select(Encoding.UTF8.GetByteCount).DefaultIfEmpty().Max();
        return Function.FromCallback(
            call.Store,
            (int key, int length, int answer) =>
            {
                call.Enter();
                ReadOnlySpan<byte> bytes = call.Text(key, length, "the key that it gave get");
                string? value = null;
                bool isThere =
                    bytes.Length <= longest && grants.Config.TryGetValue(Encoding.UTF8.GetString(bytes), out value);
                call.Answer(answer, ResultBytes, ResultAlignment);
                int text = 0;
                byte[] given = isThere ? Encoding.UTF8.GetBytes(value!) : [];
                if (isThere)
                {
                    given.CopyTo(call.Allocate(given.Length, 1, out text));
                }

                // Anew, because realloc may have moved the memory.
                Span<byte> room = call.Answer(answer, ResultBytes, ResultAlignment);
                room[0] = 0;
                room[4] = isThere ? (byte)1 : (byte)0;
                if (isThere)
                {
                    BitConverter.TryWriteBytes(room[8..], text);
                    BitConverter.TryWriteBytes(room[12..], given.Length);
                }
            }
        );
    }

    private static Function GetAll(WasiGrants grants, LoweredCall call) =>
        Function.FromCallback(
            call.Store,
            (int answer) =>
            {
                call.Enter();
                const int Size = 2 * StringBytes;
                call.Answer(answer, ResultBytes, ResultAlignment);
                call.Allocate(grants.Config.Count * Size, 4, out int list);
                int element = list;
                foreach ((string key, string value) in grants.Config)
                {
                    call.StoreString(Encoding.UTF8.GetBytes(key), element);
                    call.StoreString(Encoding.UTF8.GetBytes(value), element + StringBytes);
                    element += Size;
                }

                Span<byte> room = call.Answer(answer, ResultBytes, ResultAlignment);
                room[0] = 0;
                BitConverter.TryWriteBytes(room[4..], list);
                BitConverter.TryWriteBytes(room[8..], grants.Config.Count);
            }
        );
}
