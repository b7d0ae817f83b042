using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Unicode;
using Wasmtime;

namespace FireAndForget.Guests.Calls;

/// <summary>
/// One host function that is lowered into an instance, with the memory and realloc through which the canonical ABI hands over what
/// does not fit into core values (<see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md"/>).
/// What breaks its rules traps.
/// </summary>
internal sealed class LoweredCall(IImportingInstance instance, string function, CoreExport? memory, CoreExport? realloc)
{
    private const string AnArgument = "an argument";
    private const string TheAnswer = "the answer";
    private const string AnAnswer = "the room for the answer";
    private const string Allocated = "what realloc gave for the answer";
    private const string TheBuffer = "the buffer";

    /// <summary>The most values in one copy of a stream: <c>Buffer.MAX_LENGTH</c> of the canonical ABI.</summary>
    private const uint MostValues = (1 << 28) - 1;

    private const int ListBytes = 8;
    private const int ListAlignment = 4;

    private GuestMemory? _memory;
    private Func<int, int, int, int, int>? _realloc;

    public string Function => function;

    /// <summary>Whether it answers at once, with a subtask where what it does takes time.</summary>
    public bool IsAsync { get; init; }

    /// <summary>The type of the stream that it takes or gives; null where there is none.</summary>
    public ChannelType? Stream { get; init; }

    /// <summary>The type of the future that it takes or gives; null where there is none.</summary>
    public ChannelType? Future { get; init; }

    public Store Store => instance.Store;

    private GuestMemory Memory => _memory ??= instance.MemoryOf(memory ?? throw Missing("memory"));

    /// <summary>
    /// Traps where the guest calls the function while realloc or post-return run. Each host function calls this first.
    /// </summary>
    public void Enter() => instance.RefuseWhereNotAllowed(function);

    /// <summary>The bytes of an argument.</summary>
    public ReadOnlySpan<byte> Argument(int pointer, int length) => Memory.List(pointer, length, AnArgument, function);

    /// <summary>
    /// The bytes of an argument that is a string; traps where they are not UTF-8. That may be all of the guest's memory, so the time counts
    /// as its own.
    /// </summary>
    public ReadOnlySpan<byte> Text(int pointer, int length, string what)
    {
        ReadOnlySpan<byte> text = Argument(pointer, length);
        long since = Stopwatch.GetTimestamp();
        bool isText = Utf8.IsValid(text);
        instance.Spend(ref since);
        return isText ? text : throw new GuestTrapException($"{what} is not UTF-8");
    }

    /// <summary>The bytes of an argument that is a list of 32-bit numbers.</summary>
    public ReadOnlySpan<byte> Argument32(int pointer, int count, int most)
    {
        if ((uint)count > (uint)most)
        {
            throw new GuestTrapException($"it gave {function} {(uint)count} elements, and the most are {most}");
        }

        GuestMemory.CheckAlignment(pointer, sizeof(int), AnArgument, function);
        return Argument(pointer, count * sizeof(int));
    }

    /// <summary>
    /// The room that the caller gave for the answer; bytes that the answer does not need stay as they are. A function that
    /// allocates in the guest calls this before <see cref="Allocate"/> too, so that a room outside of the memory traps before any
    /// code of the guest runs.
    /// </summary>
    public Span<byte> Answer(int pointer, int size, int alignment)
    {
        GuestMemory.CheckAlignment(pointer, alignment, AnAnswer, function);
        return Memory.Slice(pointer, size, AnAnswer, function);
    }

    /// <summary>
    /// Traps where the room for an answer that is a list lies outside of the memory. It is called before the list is handed over.
    /// </summary>
    public void CheckListAnswer(int answer) => Answer(answer, ListBytes, ListAlignment);

    /// <summary>Answers with a list.</summary>
    public void AnswerList(int answer, int pointer, int count) =>
        StoreList(Answer(answer, ListBytes, ListAlignment), pointer, count);

    /// <summary>Has the guest's realloc give room for a list or string, also for an empty one.</summary>
    public Span<byte> Allocate(int length, int alignment, out int pointer)
    {
        GuestMemory.CheckListLength((uint)length, TheAnswer, function);
        _realloc ??= instance.ReallocOf(realloc ?? throw Missing("realloc"));
        instance.SetMayLeave(false);
        pointer = _realloc(0, 0, alignment, length);
        instance.SetMayLeave(true);
        GuestMemory.CheckAlignment(pointer, alignment, Allocated, function);
        return Memory.Slice(pointer, length, Allocated, function);
    }

    /// <summary>Hands over a string, and writes where it lies into an element that the guest gave room for.</summary>
    public void StoreString(ReadOnlySpan<byte> text, int element)
    {
        text.CopyTo(Allocate(text.Length, 1, out int pointer));
        StoreList(Memory.Slice(element, ListBytes, Allocated, function), pointer, text.Length);
    }

    /// <summary>
    /// Traps where the buffer for values of a stream or future does not lie in the memory. Where it has no bytes any address will do.
    /// </summary>
    public void CheckValues(int pointer, uint count, ChannelType type)
    {
        if (count > MostValues)
        {
            throw new GuestTrapException(
                $"it gave {function} a buffer of {count} values, and the most are {MostValues}"
            );
        }

        ulong bytes = (ulong)count * type.ValueBytes;
        if (bytes != 0)
        {
            GuestMemory.CheckAlignment(pointer, (int)type.Alignment, TheBuffer, function);
            Memory.Check(pointer, bytes, TheBuffer, function);
        }
    }

    /// <summary>The bytes of a few values in a buffer that was checked.</summary>
    public Span<byte> Values(int pointer, uint count, ChannelType type) =>
        count == 0 ? [] : Memory.Slice(pointer, (int)(count * type.ValueBytes), TheBuffer, function);

    /// <summary>Copies values from one buffer to another; both were checked.</summary>
    public static void CopyValues(
        LoweredCall from,
        int source,
        LoweredCall to,
        int destination,
        uint count,
        ChannelType type
    )
    {
        ulong bytes = (ulong)count * type.ValueBytes;
        if (bytes != 0)
        {
            from.Memory.CopyTo(source, to.Memory, destination, bytes, TheBuffer);
        }
    }

    private static void StoreList(Span<byte> at, int pointer, int count)
    {
        BinaryPrimitives.WriteInt32LittleEndian(at, pointer);
        BinaryPrimitives.WriteInt32LittleEndian(at[4..], count);
    }

    private GuestTrapException Missing(string option) =>
        new($"it lowers {function} without {option}, which its type needs");
}
