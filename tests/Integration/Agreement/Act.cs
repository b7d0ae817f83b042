namespace FireAndForget.Tests.Agreement;

/// <summary>A step of a <see cref="Play"/>.</summary>
/// <param name="Name">What a failure calls it.</param>
/// <param name="Do">Does it on a host, and says what came of it.</param>
internal sealed record Act(string Name, Func<Stage, string> Do)
{
    public static Act Pump { get; } = new("pump", stage => $"{stage.Host.Pump()} handled");

    public static Act Send(byte[] bytes, string to = "guest", int from = 0) =>
        new(
            $"{Stage.Senders[from]} sends {Account.Show(bytes)} to {to}",
            stage => $"{stage.Clients[from].Send(to, bytes)}"
        );

    public static Act Replace(string file, string id = "guest") =>
        new(
            $"replace by {file}",
            stage =>
            {
                try
                {
                    stage.Host.Replace(id, new Cast(id, file).Source);
                    return "replaced";
                }
                catch (ComponentLoadException e)
                {
                    return FaultKind.Of(e.Message);
                }
                catch (Exception e) when (e is ArgumentException or InvalidOperationException)
                {
                    // There is none, or it has stopped.
                    return e.GetType().Name;
                }
            }
        );

    public static Act Remove(string id = "guest") => new($"remove {id}", stage => $"{stage.Host.Remove(id)}");

    public static Act Add(string file, string id = "guest") =>
        new($"add {file} as {id}", stage => stage.Add(new(id, file)));

    public static Act Revoke(string id, string pattern) =>
        new($"revoke {pattern}", stage => $"{stage.Host.Revoke(id, Capability.SendsTo, pattern)}");
}
