using FireAndForget.Guests;
using FireAndForget.Guests.Compiling;

namespace FireAndForget;

/// <summary>
/// Compiles a binary for a host, as the program that <see cref="CompileProcessOptions.Program"/> names. A service that uses its own
/// program for that needs no <c>faf</c>.
/// </summary>
/// <remarks>
/// A host starts the program with <c>compile KIND --max-memory-bytes BYTES --max-seconds SECONDS</c>, the binary on its standard input. It
/// takes the machine code from the standard output, and what is wrong with the binary from the standard error, so that nothing else may be
/// written there.
/// </remarks>
public static class CompileProgram
{
    /// <summary>Compiles a binary as the host asked for it.</summary>
    /// <param name="kind"><c>module</c> or <c>component</c>.</param>
    /// <param name="maxMemoryBytes">The resident memory in bytes above which this process is ended, whatever else it does, until the call returns.</param>
    /// <param name="timeout">The time after which it is ended so, counted from now.</param>
    /// <param name="input">The standard input; it is read to its end.</param>
    /// <param name="output">The standard output.</param>
    /// <param name="error">The standard error.</param>
    /// <returns>The exit code for the host: 0 where it was compiled, 3 where the binary is not valid.</returns>
    /// <exception cref="ArgumentNullException">The kind or a stream is null.</exception>
    /// <exception cref="ArgumentException">The kind is neither.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The memory or the time is negative.</exception>
    /// <exception cref="IOException">A stream cannot be read or written.</exception>
    public static int Run(
        string kind,
        long maxMemoryBytes,
        TimeSpan timeout,
        Stream input,
        Stream output,
        TextWriter error
    )
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentOutOfRangeException.ThrowIfNegative(maxMemoryBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        if (kind is not (CompileProcess.Module or CompileProcess.Component))
        {
            throw new ArgumentException(
                $"The kind is {CompileProcess.Module} or {CompileProcess.Component}; it is '{kind}'.",
                nameof(kind)
            );
        }

        TaskCompletionSource compiling = new();
        CompileProcess.WatchThisProcess(maxMemoryBytes, timeout, compiling.Task);
        try
        {
            using MemoryStream binary = new();
            input.CopyTo(binary);
            (string key, byte[] compiled) = GuestLoader.CompileAlone(
                kind,
                binary.GetBuffer().AsMemory(0, (int)binary.Length)
            );
            CompileProcess.WriteTo(output, key, compiled);
            return 0;
        }
        catch (Wasmtime.WasmtimeException e)
        {
            // As it is: the host words it as it does where it compiles by itself.
            error.Write(e.Message);
            return CompileProcess.NotValid;
        }
        finally
        {
            compiling.SetResult();
        }
    }
}
