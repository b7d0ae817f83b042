// What --help prints, and what is shown below the error when the command line is wrong.

using System.Text;

namespace FireAndForget.Build;

internal static class HelpText
{
    public static string For(TargetList targets)
    {
        var text = new StringBuilder();
        text.AppendLine("Usage: dotnet run --project build -- --target=NAME [options]");
        text.AppendLine();
        text.AppendLine("Targets:");
        int width = targets.All.Max(target => target.Name.Length);
        foreach (Target target in targets.All)
        {
            text.AppendLine($"  {target.Name.PadRight(width)}  {target.Description}");
        }

        text.AppendLine();
        text.AppendLine("Options:");
        text.AppendLine("  --configuration=NAME  Debug or Release; Release when not given.");
        text.AppendLine("  --check               With Format: say what is not formatted, change nothing.");
        text.AppendLine("  --update              With Fixtures and Guests: write the .wasm files that differ.");
        text.AppendLine(
            "  --quick               With Bench, Containment and Languages: a first look, with few samples."
        );
        text.AppendLine(
            "  --filter=NAME         With Bench: only what has this in its name; the document stays as it is."
        );
        text.AppendLine(
            "  --force               With Bench, Containment and Languages: go on where the machine is not fit for measuring."
        );
        text.AppendLine("  --duration=SECONDS    With Soak and Fuzz: how long; 600 when not given.");
        text.AppendLine(
            "  --seed=NUMBER         With Soak and Fuzz: what they printed, to have the same choices again."
        );
        text.AppendLine("  --exclusive           Run the target without those it depends on.");
        text.AppendLine("  --verbosity=LEVEL     Quiet, Minimal, Normal, Verbose or Diagnostic.");
        text.AppendLine("  --help                Show this text.");
        return text.ToString();
    }
}
