using System.Globalization;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// The limits of the sums over a guest's memories and tables, as the limits for each single one that the engine knows: the
/// largest at which the sum can never be exceeded.
/// </summary>
internal static class MemoryLimits
{
    /// <summary>More than compilers make: a component of Python has about 30 instances, all of which share one memory and table.</summary>
    public const int MostInstances = 1000;

    private const int MostMemories = 16;
    private const int MostTables = 100;

    private const long PageBytes = 65536;

    /// <summary>More than any memory or table can have.</summary>
    private const long MostOfAll = 1L << 40;

    /// <summary>The limit for each memory, and for the heap, in bytes.</summary>
    /// <exception cref="ComponentLoadException">The initial memories are larger than the limit.</exception>
    public static long ForEachMemory(GuestParts parts, LimitOptions limits) =>
        ForEach(parts.MemoriesAndHeap, PageBytes, limits.MemoryBytes, "memories", "bytes", "memory-bytes");

    /// <summary>The sum in bytes up to which the memories and the heap can grow within the limit.</summary>
    /// <exception cref="ComponentLoadException">The initial memories are larger than the limit.</exception>
    public static long MostMemory(GuestParts parts, LimitOptions limits) =>
        (long)SumUpTo(parts.MemoriesAndHeap, PageBytes, ForEachMemory(parts, limits));

    /// <summary>
    /// Why a guest with these numbers of parts is refused: no guest needs more, and each memory takes 4 GiB of the host's addresses. Null where it
    /// is not.
    /// </summary>
    public static string? TooMany(int instances, int memories, int tables) =>
        instances > MostInstances ? More(MostInstances, "core instances")
        : memories > MostMemories ? More(MostMemories, "memories")
        : tables > MostTables ? More(MostTables, "tables")
        : null;

    /// <summary>
    /// Why a guest is refused whose instances take too much of the host's own memory: each import, function and global takes some. Null
    /// where it is not.
    /// </summary>
    public static string? TooMuchOfTheHost(int instances, long hostBytes) =>
        hostBytes > InstanceCost.MostBytes
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"the imports, functions and globals of its {instances} core instances take {hostBytes} bytes of the host, and the "
                    + $"most are {InstanceCost.MostBytes}; build it with fewer of them"
            )
            : null;

    /// <summary>The limit for each table in elements.</summary>
    /// <exception cref="ComponentLoadException">The initial tables are larger than the limit.</exception>
    public static long ForEachTable(GuestParts parts, LimitOptions limits) =>
        ForEach(parts.Tables, 1, limits.TableElements, "tables", "elements", "table-elements");

    /// <summary>
    /// The limit for each memory while a module is instantiated. Where no code of it runs meanwhile, and no objects are made, a memory
    /// may start larger than it could have grown.
    /// </summary>
    /// <exception cref="ComponentLoadException">One starts larger, and code runs or objects are made meanwhile.</exception>
    public static long WhileInstantiating(PlannedModule module, long eachMemory) =>
        MemoryWhileInstantiating(module.HasStart || module.MakesObjects, module.Memories, eachMemory);

    /// <summary>As <see cref="WhileInstantiating(PlannedModule, long)"/>, where all is instantiated at once.</summary>
    public static long WhileInstantiating(GuestParts parts, long eachMemory) =>
        MemoryWhileInstantiating(parts.RunsCode || parts.MakesObjects, parts.Memories, eachMemory);

    /// <summary>As <see cref="WhileInstantiating(PlannedModule, long)"/>, for each table.</summary>
    public static long TablesWhileInstantiating(PlannedModule module, long eachTable) =>
        TableWhileInstantiating(module.HasStart, module.Tables, eachTable);

    /// <summary>As <see cref="WhileInstantiating(GuestParts, long)"/>, for each table.</summary>
    public static long TablesWhileInstantiating(GuestParts parts, long eachTable) =>
        TableWhileInstantiating(parts.RunsCode, parts.Tables, eachTable);

    private static long MemoryWhileInstantiating(bool grows, IReadOnlyList<CoreLimits> defined, long each) =>
        WhileInstantiating(grows, defined, PageBytes, each, "a memory", "bytes", "memory-bytes");

    private static long TableWhileInstantiating(bool grows, IReadOnlyList<CoreLimits> defined, long each) =>
        WhileInstantiating(grows, defined, 1, each, "a table", "elements", "table-elements");

    private static long WhileInstantiating(
        bool grows,
        IReadOnlyList<CoreLimits> defined,
        long unit,
        long each,
        string thing,
        string units,
        string option
    )
    {
        long largest = defined.Count == 0 ? 0 : (long)defined.Max(one => one.Minimum) * unit;
        if (largest <= each || !grows)
        {
            return Math.Max(each, largest);
        }

        throw new ComponentLoadException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{thing} of it starts with {largest} {units}, and as long as it runs code or makes objects while it is "
                    + $"instantiated, each may have {each} within its limit for all; raise {option} to load it."
            )
        );
    }

    private static long ForEach(
        IReadOnlyList<CoreLimits> defined,
        long unit,
        long limit,
        string things,
        string units,
        string option
    )
    {
        UInt128 initial = 0;
        foreach (CoreLimits one in defined)
        {
            initial += (UInt128)one.Minimum * (ulong)unit;
        }

        if (initial > (ulong)limit)
        {
            throw new ComponentLoadException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"its {things} start with {initial} {units} and its limit is {limit}; raise {option} to load it."
                )
            );
        }

        // The sum, where each one may grow up to `each`, rises with `each`: look for the largest that fits by halving.
        long low = 0;
        long high = Math.Min(limit, MostOfAll);
        while (low < high)
        {
            long each = low + ((high - low + 1) / 2);
            if (SumUpTo(defined, unit, each) <= (ulong)limit)
            {
                low = each;
            }
            else
            {
                high = each - 1;
            }
        }

        return low;
    }

    private static string More(int most, string parts) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"it has more than {most} {parts}, which are the most that a guest may have"
        );

    private static UInt128 SumUpTo(IReadOnlyList<CoreLimits> defined, long unit, long each)
    {
        UInt128 sum = 0;
        foreach (CoreLimits one in defined)
        {
            UInt128 initial = (UInt128)one.Minimum * (ulong)unit;
            UInt128 most = one.Maximum is ulong maximum ? (UInt128)maximum * (ulong)unit : UInt128.MaxValue;
            sum += UInt128.Max(initial, UInt128.Min(most, (ulong)each));
        }

        return sum;
    }
}
