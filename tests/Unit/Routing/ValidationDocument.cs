namespace FireAndForget.Tests.Routing;

/// <summary>docs/validation.md beside the test program, whose tables the tests hold the code to.</summary>
internal static class ValidationDocument
{
    /// <summary>The rows of the table under a heading, without its head: the texts of their cells.</summary>
    public static string[][] TableUnder(string heading) =>
        DocumentTable.Under(Path.Combine("Routing", "validation.md"), heading);
}
