using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Wasmtime;

namespace FireAndForget.Guests.Compiling;

/// <summary>
/// Compiles in another process, <c>faf compile</c>, and ends it where it takes too much. Binary and machine code go through the pipes of
/// its standard input and output, which nobody else has: nothing of it lies in a file. What comes back names what was compiled, by the
/// key of the compile cache, and has a digest, so that code of another version, or half of it, is never run.
/// </summary>
internal static class CompileProcess
{
    public const string Module = "module";
    public const string Component = "component";

    /// <summary>What the process exits with where the binary is not valid; the reason is on its standard error.</summary>
    public const int NotValid = 3;

    private const int MostOfReason = 16 << 10;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Compiles a binary.</summary>
    /// <param name="options">The program and its bounds.</param>
    /// <param name="kind">A <see cref="Module"/> or a <see cref="Component"/>.</param>
    /// <param name="key">The binary's key in the compile cache.</param>
    /// <param name="binary">The binary.</param>
    /// <returns>The code as Wasmtime serialises it.</returns>
    /// <exception cref="WasmtimeException">The binary is not valid.</exception>
    /// <exception cref="ComponentLoadException">The process cannot be started, was ended, or ended by itself.</exception>
    public static byte[] Compile(CompileProcessOptions options, string kind, string key, ReadOnlyMemory<byte> binary)
    {
        using Process process = Start(options, kind);
        Task<byte[]> output = Read(process.StandardOutput.BaseStream, Array.MaxLength);
        Task<byte[]> error = Read(process.StandardError.BaseStream, MostOfReason);
        Task input = Write(process, binary);
        string? ended = Watch(process, options);
        Task.WaitAll(input, output, error);
        if (ended is not null)
        {
            throw new ComponentLoadException($"it cannot be compiled: {ended}.");
        }

        string reason = Encoding.UTF8.GetString(error.Result);
        return process.ExitCode switch
        {
            0 => Unwrap(output.Result, key),
            NotValid => throw new WasmtimeException(reason),
            int code => throw new ComponentLoadException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it cannot be compiled: the compiling process ended with {code}: {FirstLine(reason)}."
                )
            ),
        };
    }

    /// <summary>Writes compiled code for <see cref="Compile"/> to read, on the side that compiles.</summary>
    public static void WriteTo(Stream output, string key, ReadOnlySpan<byte> compiled)
    {
        output.Write(Encoding.ASCII.GetBytes(key));
        output.Write(SHA256.HashData(compiled));
        output.Write(compiled);
    }

    /// <summary>
    /// Watches over the memory and time of this process, on the side that compiles, and ends the process. It works also where the
    /// host that started it is gone or slow.
    /// </summary>
    /// <param name="maxMemoryBytes">The resident memory in bytes above which it does.</param>
    /// <param name="timeout">The time after which it does.</param>
    /// <param name="compiling">Ends when there is nothing to watch any more.</param>
    public static void WatchThisProcess(long maxMemoryBytes, TimeSpan timeout, Task compiling)
    {
        long started = Stopwatch.GetTimestamp();
        Thread watch = new(() =>
        {
            while (Environment.WorkingSet <= maxMemoryBytes && Stopwatch.GetElapsedTime(started) <= timeout)
            {
                if (compiling.Wait(Look))
                {
                    return;
                }
            }

            using var self = Process.GetCurrentProcess();
            self.Kill();
        })
        {
            IsBackground = true,
            Name = "bounds of compiling",
        };
        watch.Start();
    }

    private static Process Start(CompileProcessOptions options, string kind)
    {
        string program =
            options.Program
            ?? Find()
            ?? throw new ComponentLoadException(
                "it cannot be compiled: there is no faf beside this program nor on the path; install it, or set "
                    + $"{nameof(MessagingHostOptions.CompileProcess)}.{nameof(CompileProcessOptions.Program)}."
            );
        bool isAssembly = program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        ProcessStartInfo start = new(isAssembly ? "dotnet" : program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (isAssembly)
        {
            start.ArgumentList.Add(program);
        }

        foreach (
            string argument in (ReadOnlySpan<string>)
                [
                    "compile",
                    kind,
                    "--max-memory-bytes",
                    options.MaxMemoryBytes.ToString(CultureInfo.InvariantCulture),
                    "--max-seconds",
                    Math.Ceiling(options.Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture),
                ]
        )
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new ComponentLoadException(
                $"it cannot be compiled: {start.FileName} cannot be started: {e.Message}.",
                e
            );
        }
    }

    private static string? Find()
    {
        string name = OperatingSystem.IsWindows() ? "faf.exe" : "faf";
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
            Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries
        );
        return folders
            .Prepend(AppContext.BaseDirectory)
            // A relative folder on the path means another one when the program is started elsewhere.
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Waits for its end, or ends it.</summary>
    /// <returns>Why it was ended; null where it was not.</returns>
    private static string? Watch(Process process, CompileProcessOptions options)
    {
        long started = Stopwatch.GetTimestamp();
        while (!process.WaitForExit(Look))
        {
            string? reason = Excess(process, options, Stopwatch.GetElapsedTime(started));
            if (reason is not null)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
                return reason;
            }
        }

        return null;
    }

    private static string? Excess(Process process, CompileProcessOptions options, TimeSpan time)
    {
        if (time > options.Timeout)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"compiling took more than {options.Timeout.TotalSeconds} s ({nameof(MessagingHostOptions.CompileProcess)}.{nameof(options.Timeout)})"
            );
        }

        try
        {
            process.Refresh();
            return process.WorkingSet64 <= options.MaxMemoryBytes
                ? null
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"compiling took more than {options.MaxMemoryBytes} bytes of memory ({nameof(MessagingHostOptions.CompileProcess)}.{nameof(options.MaxMemoryBytes)})"
                );
        }
        catch (InvalidOperationException)
        {
            // The process has just ended.
            return null;
        }
    }

    private static async Task Write(Process process, ReadOnlyMemory<byte> binary)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(binary).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read everything; its exit code says why.
        }
    }

    private static async Task<byte[]> Read(Stream stream, int most)
    {
        using MemoryStream read = new();
        byte[] buffer = new byte[64 << 10];
        for (int count; (count = await stream.ReadAsync(buffer).ConfigureAwait(false)) != 0; )
        {
            read.Write(buffer, 0, (int)Math.Min(count, most - read.Length));
        }

        return read.ToArray();
    }

    private static byte[] Unwrap(byte[] output, string key)
    {
        int compiledAt = key.Length + SHA256.HashSizeInBytes;
        if (output.Length < compiledAt || !output.AsSpan(0, key.Length).SequenceEqual(Encoding.ASCII.GetBytes(key)))
        {
            throw new ComponentLoadException(
                "it cannot be compiled: the compiling process is of another version than this one; use the faf that belongs to it."
            );
        }

        byte[] compiled = output[compiledAt..];
        return SHA256.HashData(compiled).AsSpan().SequenceEqual(output.AsSpan(key.Length, SHA256.HashSizeInBytes))
            ? compiled
            : throw new ComponentLoadException("it cannot be compiled: what the compiling process gave is not whole.");
    }

    private static string FirstLine(string text) =>
        text.Split('\n', 2)[0].Trim() is { Length: > 0 } line ? line : "it said nothing";
}
