using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Wasmtime;
using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>
/// An ordinary call of WASI preview 1 succeeds where it does with Node's own, where node is there. Its error codes are not compared: Node
/// tells of rights that a descriptor lacks, where Wasmtime and this library tell what it is. Left out are the calls that end Node's
/// process: of <c>proc_exit</c>, and of sockets with a descriptor that is none.
/// </summary>
public class Preview1NodeTests
{
    /// <summary>What differs: Node's streams are files to it, and it renumbers what is not there to itself.</summary>
    private static readonly string[] Known =
    [
        "fd_fdstat_set_flags of 0: 8, Node 0",
        "fd_fdstat_set_flags of 1: 8, Node 0",
        "fd_fdstat_set_flags of 2: 8, Node 0",
        "fd_fdstat_set_rights of 0: 8, Node 0",
        "fd_fdstat_set_rights of 1: 8, Node 0",
        "fd_fdstat_set_rights of 2: 8, Node 0",
        "fd_renumber of 3: 8, Node 0",
    ];

    [Fact]
    public void Call_OrdinaryArguments_SucceedsAsInNode()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The streams of a process have no paths there.");
        string[] functions =
        [
            .. Preview1Calls.Functions.Where(function =>
                function != "proc_exit" && !function.StartsWith("sock_", StringComparison.Ordinal)
            ),
        ];
        List<(string Told, byte[] Message)> calls = [];
        foreach (string function in functions)
        {
            string arguments = Preview1Calls.ArgumentsOf(function);
            foreach (int descriptor in arguments.Contains('d', StringComparison.Ordinal) ? new[] { 0, 1, 2, 3 } : [0])
            {
                int pointers = 0;
                long[] values = [.. arguments.Select(kind => Argument(kind, descriptor, ref pointers))];
                string told = arguments.Contains('d', StringComparison.Ordinal)
                    ? string.Create(CultureInfo.InvariantCulture, $"{function} of {descriptor}")
                    : function;
                calls.Add((told, Preview1Calls.Message(function, values, Data(function))));
            }
        }

        string[] theirs = AskNode([.. calls.Select(call => call.Message)]);

        string[] differences =
        [
            .. calls
                .Select((call, i) => (call.Told, Ours: Ask(call.Message), Theirs: theirs[i]))
                .Where(answer => answer.Ours == "0" != (answer.Theirs == "0"))
                .Select(answer => $"{answer.Told}: {answer.Ours}, Node {answer.Theirs}"),
        ];
        Assert.Equal(Known, differences);
    }

    private static long Argument(char kind, int descriptor, ref int pointers) =>
        kind switch
        {
            'd' => descriptor,
            'p' => Preview1Calls.Data + (1024 * pointers++),
            'n' => 1,
            _ => 0,
        };

    /// <summary>At the first pointer: a buffer of 4 bytes, a text, or a timer that is over.</summary>
    private static byte[] Data(string function) =>
        function == "poll_oneoff"
            ? new byte[48]
            : [.. BitConverter.GetBytes(Preview1Calls.Data + 512), .. BitConverter.GetBytes(4)];

    private static string Ask(byte[] message)
    {
        string answer = "trapped";
        using MessagingHost host = new(new() { Workers = 0 });
        host.AddComponent(
            "guest",
            ComponentSource.FromText(Preview1Calls.Module()),
            new()
            {
                SendsTo = ["client"],
                Wasi = new()
                {
                    Arguments = ["guest"],
                    Environment = new Dictionary<string, string> { ["HOME"] = "/none" },
                },
            }
        );
        host.AddEndpoint(
                "client",
                sent => answer = BitConverter.ToInt32(sent.Bytes).ToString(CultureInfo.InvariantCulture)
            )
            .Send("guest", message);
        host.Pump();
        return answer;
    }

    private static string[] AskNode(byte[][] messages)
    {
        string folder = Directory.CreateTempSubdirectory("preview1-").FullName;
        try
        {
            string module = Path.Combine(folder, "guest.wasm");
            string list = Path.Combine(folder, "messages");
            string answers = Path.Combine(folder, "answers");
            File.WriteAllBytes(module, Module.ConvertText(Preview1Calls.Module()));
            File.WriteAllText(list, string.Join('\n', messages.Select(message => Convert.ToBase64String(message))));
            string script = Path.Combine(AppContext.BaseDirectory, "Agreement", "preview1.mjs");
            using Process node = Start(["--no-warnings", script, module, list, answers]);
            node.StandardInput.Close();
            Task<string> output = node.StandardOutput.ReadToEndAsync();
            string errors = node.StandardError.ReadToEnd();
            Assert.True(node.WaitForExit(TestHost.Patience), "node does not end");
            _ = output.Result;
            Assert.True(node.ExitCode == 0, errors);
            return File.ReadAllLines(answers);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Process Start(string[] arguments)
    {
        try
        {
            return Process.Start(
                new ProcessStartInfo("node", arguments)
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("node is not here.");
            throw;
        }
    }
}
