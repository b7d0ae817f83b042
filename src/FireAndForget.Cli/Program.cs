// The entry point of faf: reads the command line, runs the command, and turns whatever goes wrong into one line on standard
// error and an exit code.

using System.CommandLine;
using FireAndForget.Cli;

if (!StandardStreams.IsOpen(StandardStreams.Error))
{
    Console.SetError(TextWriter.Null);
}

ParseResult command = CommandLine.Parse(args);
if (command.Errors.Count != 0 && command.Action is System.CommandLine.Invocation.ParseErrorAction)
{
    // Errors about what was typed come before those about what is missing.
    string problems = string.Join(' ', command.Errors.Select(e => e.Message).Reverse());
    string help = string.Join(' ', CommandLine.PathOf(command.CommandResult.Command).Append("--help"));
    return ErrorLine.Write($"{problems} See {help}.", ExitCode.WrongUsage);
}

if (!StandardStreams.IsOpen(StandardStreams.Output))
{
    return ErrorLine.Write(
        "standard output: it is closed, and that is where everything is written. Give it a file, or /dev/null.",
        ExitCode.Failed
    );
}

try
{
    // The run command handles signals itself, and exceptions are handled below.
    return await command.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (CommandException e)
{
    foreach (string line in e.Lines)
    {
        ErrorLine.Write(line, e.ExitCode);
    }

    return e.ExitCode;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    // Errors of reading are handled where it is read, so this one is of writing.
    return ErrorLine.Write($"standard output: cannot be written: {e.Message}", ExitCode.Failed);
}
catch (Exception e)
{
    return ErrorLine.Write($"faf failed, which is a bug in it: {e.GetType().Name}: {e.Message}", ExitCode.Failed);
}
