using System.Numerics;
using System.Runtime.CompilerServices;

namespace FireAndForget.Wording;

/// <summary>Refuses a bad option where it is given: by name, with the value and what it may be.</summary>
internal static class Check
{
    public static T Range<T>(T value, T least, T most, string unit, [CallerMemberName] string name = "")
        where T : INumber<T> =>
        value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {least} to {most} {unit}.");

    public static TimeSpan Time(TimeSpan value, TimeSpan least, [CallerMemberName] string name = "")
    {
        TimeSpan most = TimeSpan.FromDays(365);
        return value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is a time from {least} to {most}.");
    }

    public static T Defined<T>(T value, [CallerMemberName] string name = "")
        where T : struct, Enum =>
        Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(
                name,
                value,
                $"{name} is one of {string.Join(", ", Enum.GetNames<T>())}."
            );

    public static T NotNull<T>(T? value, [CallerMemberName] string name = "")
        where T : class => value ?? throw new ArgumentNullException(name);

    /// <summary>Refuses an empty text; null is one that was not given.</summary>
    public static string? NotEmpty(string? value, [CallerMemberName] string name = "")
    {
        if (value is not null)
        {
            ArgumentException.ThrowIfNullOrEmpty(value, name);
        }

        return value;
    }
}
