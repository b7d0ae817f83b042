namespace FireAndForget.Tests.Agreement;

/// <summary>A step of a <see cref="Scenario"/>.</summary>
/// <param name="Name">What a failure calls it.</param>
/// <param name="Do">Does it on a host, and says what came of it.</param>
internal sealed record ScenarioStep(string Name, Func<ScenarioHarness, string> Do)
{
    public static ScenarioStep Pump { get; } = new("pump", harness => $"{harness.Host.Pump()} handled");

    public static ScenarioStep Send(byte[] bytes, string to = "guest", int from = 0) =>
        new(
            $"{ScenarioHarness.Senders[from]} sends {Observations.Show(bytes)} to {to}",
            harness => $"{harness.Clients[from].Send(to, bytes)}"
        );

    public static ScenarioStep Replace(string file, string id = "guest") =>
        new(
            $"replace by {file}",
            harness =>
            {
                try
                {
                    harness.Host.Replace(id, new ScenarioGuest(id, file).Source);
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

    public static ScenarioStep Remove(string id = "guest") =>
        new($"remove {id}", harness => $"{harness.Host.Remove(id)}");

    public static ScenarioStep Add(string file, string id = "guest") =>
        new($"add {file} as {id}", harness => harness.Add(new(id, file)));

    public static ScenarioStep Revoke(string id, string pattern) =>
        new($"revoke {pattern}", harness => $"{harness.Host.Revoke(id, Capability.SendsTo, pattern)}");
}
