using System.CommandLine;
using System.CommandLine.Help;
using FireAndForget.Measuring;
using static FireAndForget.Cli.ArgumentRules;

namespace FireAndForget.Cli;

/// <summary>The commands of faf with their arguments and options.</summary>
internal static class CommandLine
{
    public static ParseResult Parse(string[] args)
    {
        RootCommand root = new("Hosts WebAssembly components that exchange fire-and-forget messages.")
        {
            New(),
            Inspect(),
            Check(),
            Run(),
            Bench(),
            Cache(),
            Cluster(),
            Compile(),
        };

        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpTexts((HelpAction)help.Action!);
        // An argument that starts with @ is a file name, and no response file.
        return root.Parse(args, new() { ResponseFileTokenReplacer = null });
    }

    /// <summary>How the user typed a command: its name with those of the commands above.</summary>
    public static IEnumerable<string> PathOf(Command command)
    {
        IEnumerable<string> above = command.Parents.OfType<Command>().Take(1).SelectMany(PathOf);
        return command is RootCommand ? ["faf"] : above.Append(command.Name);
    }

    private static Command New()
    {
        Argument<string> folder = new("FOLDER") { Description = "The folder; it is made where it is missing." };
        folder.Validators.Add(RefuseEmpty);
        Command command = new("new", "Makes a folder with a guest, a topology and messages to start from.") { folder };
        command.SetAction(result => NewCommand.Run(result.GetRequiredValue(folder)));
        return command;
    }

    private static Command Inspect()
    {
        Argument<string[]> files = new("FILE")
        {
            Description = "WebAssembly components or core modules, .wasm or .wat.",
            Arity = ArgumentArity.OneOrMore,
        };
        files.Validators.Add(RefuseEmpty);
        Option<bool> json = new("--json") { Description = "One JSON object a line." };
        Command command = new("inspect", "Says what each file is and whether it can be hosted, without running it.")
        {
            files,
            json,
        };
        command.SetAction(result => InspectCommand.Run(result.GetRequiredValue(files), result.GetValue(json)));
        return command;
    }

    private static Command Check()
    {
        Argument<string> topology = new("TOPOLOGY")
        {
            Description = "The topology file: JSON with components and endpoints.",
        };
        topology.Validators.Add(RefuseEmpty);
        Command command = new(
            "check",
            "Reads a topology and every component's file without running anything, and says what is wrong."
        )
        {
            topology,
        };
        command.SetAction(result => new CheckCommand(result.GetRequiredValue(topology)).Run());
        return command;
    }

    private static Command Run()
    {
        Argument<string> topology = new("TOPOLOGY")
        {
            Description = "The topology file: JSON with components and endpoints.",
        };
        topology.Validators.Add(RefuseEmpty);
        Option<string> messages = new("--messages")
        {
            Description = "The messages to send, one JSON object a line; -: standard input.",
            HelpName = "FILE",
            DefaultValueFactory = _ => "-",
        };
        messages.Validators.Add(RefuseEmpty);
        Option<bool> quiet = new("--quiet") { Description = "Write the summary only." };
        Option<bool> wait = new("--wait")
        {
            Description =
                "Send a message or request that finds its target's mailbox full again when there is room, and a message for later when fewer of them wait; what is published does not wait.",
        };
        Option<bool> text = new("--text") { Description = "Write messages that are UTF-8 as text, too." };
        Option<double?> seconds = new("--for")
        {
            Description = "Stop after so many seconds, counted from when everything is loaded, as Ctrl-C does.",
            HelpName = "SECONDS",
            CustomParser = ParseSeconds,
        };
        Option<bool> verbose = new("--verbose") { Description = "Say on standard error what goes on." };
        Option<bool> watch = new("--watch")
        {
            Description =
                "Show a live table on standard error, where that is a terminal; where standard output is it too, the table takes the place of the events.",
        };
        Option<bool> fail = new("--fail-on-dead-letter")
        {
            Description = "End with exit code 3 where a message was not handled.",
        };
        Option<int?> metricsPort = new("--metrics-port")
        {
            Description = "Serve metrics for Prometheus at http://localhost:PORT/metrics, to this machine only.",
            HelpName = "PORT",
            CustomParser = argument => ParsePort("--metrics-port", argument),
        };
        Option<int?> page = new("--page")
        {
            Description = "Serve a live page of the host at http://localhost:PORT/, to this machine only.",
            HelpName = "PORT",
            CustomParser = argument => ParsePort("--page", argument),
        };
        Command command = new("run", "Loads a topology, sends messages and writes what becomes of them, as JSON lines.")
        {
            topology,
            messages,
            quiet,
            wait,
            text,
            seconds,
            verbose,
            watch,
            fail,
            metricsPort,
            page,
        };
        command.SetAction(
            (result, _) =>
                new RunCommand(
                    new(
                        result.GetRequiredValue(topology),
                        result.GetRequiredValue(messages),
                        result.GetValue(quiet),
                        result.GetValue(wait),
                        result.GetValue(text),
                        result.GetValue(seconds) is { } time ? TimeSpan.FromSeconds(time) : null,
                        result.GetValue(verbose),
                        result.GetValue(watch),
                        result.GetValue(fail),
                        result.GetValue(metricsPort),
                        result.GetValue(page)
                    )
                ).RunAsync()
        );
        return command;
    }

    private static Command Bench()
    {
        Argument<string> file = new("FILE") { Description = "A receiver: a component or core module, .wasm or .wat." };
        file.Validators.Add(RefuseEmpty);
        Option<string> payloads = new("--payload")
        {
            Description = "The lengths of the messages in bytes, with commas between.",
            HelpName = "BYTES,...",
            DefaultValueFactory = _ => string.Join(',', Payload.Sizes),
        };
        payloads.Validators.Add(RefuseNoPayloads);
        Option<bool> json = new("--json") { Description = "One JSON object a line, for each length." };
        Command command = new("bench", "Measures a receiver on this machine, with all checks on.")
        {
            file,
            payloads,
            json,
        };
        command.SetAction(
            (result, _) =>
                BenchCommand.RunAsync(
                    result.GetRequiredValue(file),
                    [.. result.GetRequiredValue(payloads).Split(',').Select(p => ParsePayload(p)!.Value)],
                    result.GetValue(json)
                )
        );
        return command;
    }

    private static Command Cache()
    {
        Option<bool> json = new("--json") { Description = "One JSON object a line; the last one is the sum." };
        Command list = new("list", "Lists the files whose compiled code is kept, with its size and last use.") { json };
        list.SetAction(result => CacheCommand.List(result.GetValue(json)));
        Command clear = new("clear", "Deletes it all.");
        clear.SetAction(_ => CacheCommand.Clear());
        return new(
            "cache",
            "Shows or empties the folder with compiled guests. FAF_CACHE_DIR names another folder; 'off': none is used."
        )
        {
            list,
            clear,
        };
    }

    private static Command Cluster()
    {
        Option<string> url = new("--url")
        {
            Description = "What a silo maps for faf, such as http://localhost:5000/cluster.",
            HelpName = "URL",
            Required = true,
        };
        Option<string?> token = new("--token-file")
        {
            Description = "A file with the token that is sent as a bearer.",
            HelpName = "FILE",
        };
        token.Validators.Add(RefuseEmpty);
        Option<bool> json = new("--json") { Description = "One JSON object a line." };

        Argument<string> topology = new("TOPOLOGY")
        {
            Description = "The topology file: JSON with components and endpoints.",
        };
        topology.Validators.Add(RefuseEmpty);
        Argument<string> id = new("ID") { Description = "The component's id." };
        id.Validators.Add(RefuseNoId);
        Argument<string> host = new("HOST") { Description = "The silo's name or address." };
        host.Validators.Add(RefuseNoHost);
        return new("cluster", "Deploys a topology to a cluster of hosts, and looks after it, over HTTP.")
        {
            Verb(
                "deploy",
                "Stores the files of a topology and brings its components up; those that run are replaced where they are.",
                (command, result) => command.DeployAsync(result.GetRequiredValue(topology)),
                topology
            ),
            Verb(
                "status",
                "Shows each silo with its components and counts, and their sum.",
                (command, _) => command.ShowStatusAsync()
            ),
            Verb(
                "move",
                "Moves a component to another silo, between two messages.",
                (command, result) => command.MoveAsync(result.GetRequiredValue(id), result.GetRequiredValue(host)),
                id,
                host
            ),
            Verb(
                "remove",
                "Removes a component or endpoint: what waits for it is undeliverable.",
                (command, result) => command.RemoveAsync(result.GetRequiredValue(id)),
                id
            ),
            Verb(
                "drain",
                "Moves all components of a silo to others, so that it can be stopped.",
                (command, result) => command.DrainAsync(result.GetRequiredValue(host)),
                host
            ),
        };

        Command Verb(
            string name,
            string description,
            Func<ClusterCommand, ParseResult, Task<int>> run,
            params Argument<string>[] arguments
        )
        {
            Command verb = new(name, description);
            Array.ForEach(arguments, verb.Add);
            verb.Add(url);
            verb.Add(token);
            verb.Add(json);
            verb.SetAction(
                async (result, _) =>
                {
                    using ClusterCommand command = new(
                        new(result.GetRequiredValue(url), result.GetValue(token), result.GetValue(json))
                    );
                    return await run(command, result);
                }
            );
            return verb;
        }
    }

    private static Command Compile()
    {
        Argument<string> kind = new("KIND") { Description = "module or component." };
        kind.AcceptOnlyFromAmong("module", "component");
        Option<long> memory = new("--max-memory-bytes")
        {
            Description = "End where it takes more resident memory than that.",
            HelpName = "BYTES",
            DefaultValueFactory = _ => new CompileProcessOptions().MaxMemoryBytes,
        };
        Option<double> seconds = new("--max-seconds")
        {
            Description = "End where it takes longer.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => new CompileProcessOptions().Timeout.TotalSeconds,
        };
        Command command = new(
            "compile",
            "Compiles the binary on standard input to machine code on standard output. Hosts start it; nobody else needs to."
        )
        {
            kind,
            memory,
            seconds,
        };
        command.SetAction(result =>
            CompileCommand.Run(
                result.GetRequiredValue(kind),
                result.GetRequiredValue(memory),
                result.GetRequiredValue(seconds)
            )
        );
        return command;
    }
}
