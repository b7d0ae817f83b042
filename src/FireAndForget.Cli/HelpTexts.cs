using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace FireAndForget.Cli;

/// <summary>The help of each command: its arguments and options, then what it reads, what it writes and its exit codes.</summary>
/// <param name="arguments">Writes the part about arguments and options.</param>
internal sealed class HelpTexts(HelpAction arguments) : SynchronousCommandLineAction
{
    /// <summary>What a command reads and writes, and its exit codes beside those that all have.</summary>
    private static readonly Dictionary<string, (string Reads, string Writes, string Ends)> Texts = new(
        StringComparer.Ordinal
    )
    {
        ["new"] = (
            "",
            "FOLDER/topology.json, FOLDER/mirror.wat, FOLDER/messages.jsonl; and the next commands to standard output.",
            "1: a file is there already, or cannot be written."
        ),
        ["inspect"] = (
            "Each FILE.",
            """
            Without --json a few lines for each file. With it one object a line:
            {"file":"a.wasm","kind":"component","imports":[],"exports":[],"receives":true,"sends":true,"runtime":"direct","why":""}
            "kind" is component or core-module, "runtime" direct or component-api, "why" the reason where it is not direct.
            """,
            "1: a file is no WebAssembly, or cannot be hosted."
        ),
        ["check"] = (
            "TOPOLOGY, and the files of its components.",
            "A line for each, which starts with 'mistake: ' or 'warning: '.",
            """
            1: a file is missing or cannot be read, and nothing else is wrong.
            2: there is a mistake, or wrong usage.
            """
        ),
        ["run"] = (
            """
            TOPOLOGY, and messages, one JSON object a line:
            {"from":"client","to":"mirror","text":"hello"}
            "from" is an endpoint. In place of "text": "base64":"aGVsbG8=", or "size":65536, which is so many bytes.
            "repeat":1000 beside them sends it so often, "delay-ms":1000 after that time, 31536000000 (a year) at most.
            "request":true asks, "timeout-ms":1000 beside it says how long. "topic":"news" in place of "to" publishes it.
            """,
            """
            One JSON object a line, each as it happens:
            {"event":"delivered","to":"client","from":"mirror","base64":"b2xsZWg="} with "topic" where it was published
            {"event":"refused","from":"client","to":"nobody","reason":"target-not-found","why":"..."}
            {"event":"dead-letter","from":"client","to":"mirror","outcome":"trapped","why":"..."}
            {"event":"restarted","component":"mirror","why":"..."}
            {"event":"stopped","component":"mirror","why":"..."}
            and last {"event":"summary","sent":4,"accepted":3,"refused":1,"handled":3,...}
            What guests write goes to standard error, with the component's id in front.
            """,
            """
            1: a file cannot be read, or a component cannot be loaded.
            2: the topology, a message line or the usage is wrong.
            3: a message was not handled, with --fail-on-dead-letter.
            """
        ),
        ["bench"] = (
            "FILE.",
            """
            A table; with --json one object a line for each length:
            {"payload":16,"one_by_one_ns":..,"burst_ns":..,"threads_ns":..,"p50_ns":..,"p99_ns":..,"allocated_bytes":..}
            """,
            "1: the file cannot be hosted, or did not handle its messages."
        ),
        ["list"] = (
            "The folder with compiled guests.",
            """
            A table; with --json one object a line, and the sum:
            {"file":"/guests/a.wasm","entries":2,"bytes":123456,"last-used":"..."}
            {"folder":"...","entries":2,"bytes":123456,"max-bytes":1073741824}
            """,
            "1: the folder cannot be read."
        ),
        ["deploy"] = (
            "TOPOLOGY, and the files of its components.",
            """
            A line for each component; with --json
            {"component":"mirror","version":"...","host":"..."}
            """,
            """
            1: a file or the cluster cannot be reached, or a component cannot be hosted; those before it are deployed.
            2: the topology or the usage is wrong.
            """
        ),
        ["status"] = (
            "",
            """
            A line for each silo, and their sum; with --json
            {"host":"..","address":"..","state":"Active","components":[],"endpoints":[],"sent":4,"accepted":3,...}
            {"event":"summary","sent":4,"accepted":3,"refused":1,"handled":3,...}
            """,
            "1: the cluster cannot be reached."
        ),
        ["move"] = (
            "",
            "A line; with --json {\"component\":\"mirror\",\"host\":\"...\"}",
            "1: the cluster cannot be reached, or the component cannot be moved and stays where it is."
        ),
        ["remove"] = (
            "",
            "A line; with --json {\"removed\":\"mirror\"}",
            "1: the cluster cannot be reached, or there is no such id."
        ),
        ["drain"] = (
            "",
            "A line; with --json {\"host\":\"...\",\"moved\":2}",
            "1: the cluster cannot be reached, or a component cannot be moved; those before it were."
        ),
        ["clear"] = ("", "What was deleted, in a line.", "1: something cannot be deleted."),
        ["compile"] = (
            "The binary, on standard input.",
            "The machine code, on standard output.",
            "1: it cannot be compiled, or took more than it may."
        ),
    };

    public override int Invoke(ParseResult parseResult)
    {
        int code = arguments.Invoke(parseResult);
        Command command = parseResult.CommandResult.Command;
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (Texts.TryGetValue(command.Name, out (string Reads, string Writes, string Ends) texts))
        {
            Write(output, "Reads", texts.Reads);
            Write(output, "Writes", texts.Writes);
            Write(
                output,
                "Exit codes",
                $"0: done.\n{texts.Ends}{(texts.Ends.Contains("2:", StringComparison.Ordinal) ? "" : "\n2: wrong usage.")}"
            );
        }

        return code;
    }

    private static void Write(TextWriter output, string title, string text)
    {
        if (text.Length != 0)
        {
            output.WriteLine($"{title}:");
            foreach (string line in text.ReplaceLineEndings("\n").Split('\n'))
            {
                output.WriteLine($"  {line}");
            }

            output.WriteLine();
        }
    }
}
