using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using FireAndForget.Messages;
using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>
/// What a component is granted by way of WASI 0.2 and 0.3, or of preview 1 where it is a core module. Every component has clocks, random
/// bytes, and standard output and error, which go line by line to <see cref="MessagingHostOptions.GuestOutput"/>. The network cannot be
/// granted.
/// </summary>
public sealed partial class WasiOptions
{
    /// <summary>
    /// Its environment variables by their names. Default empty, as is what null gives: none. The host's own are never seen by a guest.
    /// A name that is empty or has a <c>=</c>, and a name or value with a NUL character, is refused when a host takes the options.
    /// </summary>
    [AllowNull]
    public IDictionary<string, string> Environment
    {
        get;
        set => field = value ?? new Dictionary<string, string>();
    } = new Dictionary<string, string>();

    /// <summary>
    /// Its arguments, by convention its own name first. Default empty, as is what null gives: none. One with a NUL character is
    /// refused when a host takes the options.
    /// </summary>
    [AllowNull]
    public IList<string> Arguments
    {
        get;
        set => field = value ?? [];
    } = [];

    /// <summary>
    /// The folders of the host that it may open. Default empty, as is what null gives: none. A component that is granted any runs
    /// through the component-API runtime, which is slower, and is refused where it is a core module. A folder that does not exist when an
    /// instance is made is a load error. Two with the same path for the guest are refused when a host takes the options.
    /// </summary>
    [AllowNull]
    public IList<WasiDirectory> Directories
    {
        get;
        set => field = value ?? [];
    } = [];

    /// <summary>
    /// Interfaces that it may import although the host never grants them, as long as it does not call them: every call traps. By
    /// package, such as <c>wasi:http</c>, or interface, such as <c>wasi:http/types</c>, in any version. Default empty, as is what null
    /// gives: none. What names none is refused when a host takes the options.
    /// </summary>
    [AllowNull]
    public IList<string> Refuse
    {
        get;
        set => field = value ?? [];
    } = [];

    /// <summary>The options as a person reads them, in a line; of environment variables the names only, because their values may be secret.</summary>
    public override string ToString() =>
        ValueText.Of(
            (nameof(Environment), Environment.Keys),
            (nameof(Arguments), Arguments),
            (nameof(Directories), Directories),
            (nameof(Refuse), Refuse)
        );

    /// <summary>What is wrong with a variable; null where nothing is.</summary>
    internal static string? VariableProblem(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value, nameof(Environment));
        return name.Length == 0 || name.AsSpan().ContainsAny('=', '\0')
                ? $"{MessageId.Quote(name)} is no name of an environment variable: it is not empty, and has no '=' and no NUL"
            : value.Contains('\0', StringComparison.Ordinal)
                ? $"the environment variable {MessageId.Quote(name)} has a NUL character in its value"
            : null;
    }

    /// <summary>What is wrong with an argument; null where nothing is.</summary>
    internal static string? ArgumentProblem(string argument)
    {
        ArgumentNullException.ThrowIfNull(argument, nameof(Arguments));
        return argument.Contains('\0', StringComparison.Ordinal)
            ? $"the argument {MessageId.Quote(argument)} has a NUL character"
            : null;
    }

    /// <summary>What is wrong with the name of interfaces to refuse; null where nothing is.</summary>
    internal static string? RefusalProblem(string name)
    {
        ArgumentNullException.ThrowIfNull(name, nameof(Refuse));
        return RefusalForm.IsMatch(name)
            ? null
            : $"{MessageId.Quote(name)} is no package or interface: give a package such as wasi:http, or an interface such as wasi:http/types, "
                + "without a version";
    }

    /// <summary>A package or an interface of one.</summary>
    internal const string RefusalPattern = "^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*(/[a-z][a-z0-9-]*)?$";

    [GeneratedRegex(RefusalPattern, RegexOptions.CultureInvariant)]
    private static partial Regex RefusalForm { get; }

    /// <summary>A copy of its own for a host, in which every value was checked.</summary>
    /// <exception cref="ArgumentException">A value is not valid.</exception>
    internal WasiOptions Snapshot()
    {
        WasiOptions copy = new()
        {
            Environment = new Dictionary<string, string>(Environment, StringComparer.Ordinal),
            Arguments = [.. Arguments],
            Directories = [.. Directories.Select(d => Check.NotNull(d, nameof(Directories)).Snapshot())],
            Refuse = [.. Refuse],
        };
        Reject(nameof(Refuse), copy.Refuse.Select(RefusalProblem));
        Reject(nameof(Environment), copy.Environment.Select(v => VariableProblem(v.Key, v.Value)));
        Reject(nameof(Arguments), copy.Arguments.Select(ArgumentProblem));
        HashSet<string> guests = new(StringComparer.Ordinal);
        Reject(
            nameof(Directories),
            copy.Directories.Select(d =>
                guests.Add(d.Guest) ? null : $"{MessageId.Quote(d.Guest)} is the guest's path of two folders"
            )
        );
        return copy;
    }

    private static void Reject(string property, IEnumerable<string?> problems)
    {
        if (problems.FirstOrDefault(problem => problem is not null) is { } problem)
        {
            throw new ArgumentException(problem, property);
        }
    }
}
