namespace FireAndForget.Cli;

/// <summary>
/// <c>faf inspect</c>: what each file is goes to standard output, in the order in which they were given, and why one cannot be
/// hosted to standard error.
/// </summary>
internal static class InspectCommand
{
    /// <summary>Inspects the files.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> files, bool json)
    {
        int exitCode = ExitCode.Done;
        foreach (string file in files)
        {
            try
            {
                ComponentInspection inspection = Inspect(file);
                if (json)
                {
                    InspectionReport.WriteJson(file, inspection);
                }
                else
                {
                    InspectionReport.WriteText(file, inspection);
                }

                if (inspection.Refusal is not null)
                {
                    exitCode = ErrorLine.Write($"{file}: cannot be hosted: {inspection.Refusal}", ExitCode.Failed);
                }
            }
            catch (ComponentLoadException e)
            {
                exitCode = ErrorLine.Write(e.Message, ExitCode.Failed);
            }
        }

        return exitCode;
    }

    private static ComponentInspection Inspect(string file)
    {
        using ProgressLine progress = new(!Console.IsErrorRedirected, () => $"inspecting {file}");
        return ComponentInspection.Of(ComponentSource.FromFile(file));
    }
}
