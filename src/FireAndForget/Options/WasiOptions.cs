namespace FireAndForget;

/// <summary>
/// What a component is granted by way of WASI 0.2. Whatever it imports, it has clocks, random bytes, and standard output and error,
/// which go line by line into the host's log; the network it cannot be granted.
/// </summary>
public sealed record WasiOptions
{
    /// <summary>Its environment variables by their names. Default: none. The host's own are never seen by a guest.</summary>
    /// <exception cref="ArgumentException">A name is empty or has a <c>=</c>, or a name or value has a NUL character.</exception>
    /// <exception cref="ArgumentNullException">The value, or that of a variable, is null.</exception>
    public IReadOnlyDictionary<string, string> Environment
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach ((string name, string text) in value)
            {
                if (VariableProblem(name, text) is { } problem)
                {
                    throw new ArgumentException(problem, nameof(Environment));
                }
            }

            field = value;
        }
    } = new Dictionary<string, string>();

    /// <summary>Its arguments, by convention its own name first. Default: none.</summary>
    /// <exception cref="ArgumentException">One of them has a NUL character.</exception>
    /// <exception cref="ArgumentNullException">The value, or one of them, is null.</exception>
    public IReadOnlyList<string> Arguments
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (string argument in value)
            {
                if (ArgumentProblem(argument) is { } problem)
                {
                    throw new ArgumentException(problem, nameof(Arguments));
                }
            }

            field = value;
        }
    } = [];

    /// <summary>
    /// The folders of the host that it may open. Default: none. A component that is granted any runs through the component-API
    /// runtime, which is slower; one that is not there when an instance is made is a load error.
    /// </summary>
    /// <exception cref="ArgumentException">Two have the same path for the guest.</exception>
    /// <exception cref="ArgumentNullException">The value, or one of them, is null.</exception>
    public IReadOnlyList<WasiDirectory> Directories
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            HashSet<string> guests = [];
            foreach (WasiDirectory directory in value)
            {
                ArgumentNullException.ThrowIfNull(directory, nameof(Directories));
                if (!guests.Add(directory.Guest))
                {
                    throw new ArgumentException(
                        $"{MessageId.Quote(directory.Guest)} is the guest's path of two folders",
                        nameof(Directories)
                    );
                }
            }

            field = value;
        }
    } = [];

    /// <summary>What is wrong with a variable; null where nothing is.</summary>
    internal static string? VariableProblem(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return name.Length == 0 || name.AsSpan().ContainsAny('=', '\0')
                ? $"{MessageId.Quote(name)} is no name of an environment variable: it is not empty, and has no '=' and no NUL"
            : value.Contains('\0', StringComparison.Ordinal)
                ? $"the environment variable {MessageId.Quote(name)} has a NUL character in its value"
            : null;
    }

    /// <summary>What is wrong with an argument; null where nothing is.</summary>
    internal static string? ArgumentProblem(string argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        return argument.Contains('\0', StringComparison.Ordinal)
            ? $"the argument {MessageId.Quote(argument)} has a NUL character"
            : null;
    }
}
