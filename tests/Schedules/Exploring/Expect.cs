namespace FireAndForget.Tests.Exploring;

/// <summary>What has to hold in every schedule. Where it does not, the schedule ends here: an exception might be caught by the code under test.</summary>
internal static class Expect
{
    public static void True(bool condition, Func<string> reason)
    {
        if (!condition)
        {
            ScheduledThread.Current!.Schedule.Fail(reason());
        }
    }

    public static void Equal<T>(T expected, T actual, string what) =>
        True(EqualityComparer<T>.Default.Equals(expected, actual), () => $"{what}: {actual} instead of {expected}.");

    public static void Equal<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what) =>
        True(
            expected.SequenceEqual(actual),
            () => $"{what}: {string.Join(' ', actual)} instead of {string.Join(' ', expected)}."
        );
}
