using Xunit;

namespace FireAndForget.Tests.Properties;

/// <summary>
/// How often a property is tried: its own default, or what the environment variable <c>CsCheck_Iter</c> says, such as
/// 1000000 for a night. The number is in the test's output.
/// </summary>
internal static class PropertyRuns
{
    private static readonly bool IsSet = Environment.GetEnvironmentVariable("CsCheck_Iter") is not null;

    public static long Of(long usual)
    {
        long runs = IsSet ? CsCheck.Check.Iter : usual;
        TestContext.Current.TestOutputHelper?.WriteLine($"{runs} runs");
        return runs;
    }
}
