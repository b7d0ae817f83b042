using FireAndForget.Guests;
using FireAndForget.Guests.Compiling;

namespace FireAndForget.Cli;

/// <summary>
/// <c>faf compile</c>: compiles the binary on standard input and gives the machine code on standard output, for a host that started it to
/// be rid of what compiling may cost.
/// </summary>
internal static class CompileCommand
{
    /// <summary>Compiles.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string kind, long maxMemoryBytes, double maxSeconds)
    {
        CompileProcess.WatchThisProcess(maxMemoryBytes, TimeSpan.FromSeconds(maxSeconds));
        using MemoryStream binary = new();
        using (Stream input = Console.OpenStandardInput())
        {
            input.CopyTo(binary);
        }

        try
        {
            (string key, byte[] compiled) = GuestLoader.CompileAlone(
                kind,
                binary.GetBuffer().AsMemory(0, (int)binary.Length)
            );
            using Stream output = Console.OpenStandardOutput();
            CompileProcess.WriteTo(output, key, compiled);
            return ExitCode.Done;
        }
        catch (Wasmtime.WasmtimeException e)
        {
            // As it is: the host words it as it does where it compiles by itself.
            Console.Error.Write(e.Message);
            return CompileProcess.NotValid;
        }
    }
}
