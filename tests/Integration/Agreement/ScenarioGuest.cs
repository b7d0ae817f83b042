using FireAndForget.Mailboxes;

namespace FireAndForget.Tests.Agreement;

/// <summary>A component of a <see cref="Scenario"/>.</summary>
/// <param name="Id">Its id.</param>
/// <param name="File">
/// A file, as <see cref="TestFiles.PathOf"/> takes it, or the WAT itself; with <see cref="Nested"/> before it, the component within two
/// others.
/// </param>
/// <param name="Options">Null: it may send to everybody, and is restarted as often as it traps.</param>
internal sealed record ScenarioGuest(string Id, string File, ComponentOptions? Options = null)
{
    public const string Nested = "nested ";

    public static ComponentOptions Free { get; } =
        new()
        {
            SendsTo = ["*"],
            PublishesTo = ["*"],
            SubscribesTo = ["*"],
            Mailbox = new() { Messages = 10_000, Bytes = 16 << 20 },
            Limits = new() { MessageTimeout = TimeSpan.FromSeconds(10) },
            Restart = new() { Max = 10_000 },
        };

    /// <summary>The file's name.</summary>
    public string Name => IsText ? "WAT" : File;

    public ComponentSource Source =>
        File.StartsWith(Nested, StringComparison.Ordinal)
            ? ComponentSource.FromBytes(
                NestedGuest.Around((this with { File = File[Nested.Length..] }).Source.ReadBinary(), times: 2)
            )
        : IsText ? ComponentSource.FromText(File)
        : ComponentSource.FromFile(TestFiles.PathOf(File));

    private bool IsText => File.Contains("(component", StringComparison.Ordinal);
}
