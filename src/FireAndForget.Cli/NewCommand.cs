namespace FireAndForget.Cli;

/// <summary><c>faf new</c>: makes a folder with a guest, a topology and messages, which runs as it is and is there to be changed.</summary>
internal static class NewCommand
{
    private const string Topology = "topology.json";
    private const string Guest = "mirror.wat";
    private const string Messages = "messages.jsonl";

    /// <summary>Makes the folder.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">A file is there already, or cannot be written.</exception>
    public static int Run(string folder)
    {
        (string Name, string Text)[] files =
        [
            (
                Topology,
                """
                {
                  // Who is there, and who may send to whom. Everything that can stand here: docs/topology.md.
                  "components": [
                    { "id": "mirror", "path": "mirror.wat", "sends-to": ["client"] },
                  ],
                  "endpoints": ["client"],
                }

                """
            ),
            (Guest, ReadGuest()),
            (
                Messages,
                """
                {"from":"client","to":"mirror","text":"hello"}
                {"from":"client","to":"mirror","text":"world"}

                """
            ),
        ];
        try
        {
            Directory.CreateDirectory(folder);
            if (files.FirstOrDefault(file => Path.Exists(Path.Combine(folder, file.Name))).Name is { } there)
            {
                throw new CommandException(
                    ExitCode.Failed,
                    $"{Path.Combine(folder, there)}: it is there already, and nothing was written; name another folder."
                );
            }

            foreach ((string name, string text) in files)
            {
                using StreamWriter file = new(new FileStream(Path.Combine(folder, name), FileMode.CreateNew));
                file.Write(text.ReplaceLineEndings("\n"));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"{folder}: it cannot be written: {e.Message} Name another folder."
            );
        }

        Console.Out.WriteLine($"Made {string.Join(", ", files.Select(f => Path.Combine(folder, f.Name)))}. Next:");
        Console.Out.WriteLine($"  faf check {Quoted(Path.Combine(folder, Topology))}");
        Console.Out.WriteLine(
            $"  faf run {Quoted(Path.Combine(folder, Topology))} --messages {Quoted(Path.Combine(folder, Messages))} --text"
        );
        return ExitCode.Done;
    }

    private static string ReadGuest()
    {
        using Stream guest = typeof(NewCommand).Assembly.GetManifestResourceStream(Guest)!;
        using StreamReader reader = new(guest);
        return reader.ReadToEnd();
    }

    /// <summary>A path as a shell takes it.</summary>
    private static string Quoted(string path) => path.Any(char.IsWhiteSpace) ? $"\"{path}\"" : path;
}
