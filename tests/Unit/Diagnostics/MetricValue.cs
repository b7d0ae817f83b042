namespace FireAndForget.Tests.Diagnostics;

/// <summary>A measurement of an instrument.</summary>
/// <param name="Instrument">The instrument's name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Attributes">Its attributes.</param>
internal sealed record MetricValue(string Instrument, double Value, IReadOnlyDictionary<string, object?> Attributes)
{
    public string? Destination => (string?)Attributes.GetValueOrDefault("messaging.destination.name");

    public string? Error => (string?)Attributes.GetValueOrDefault("error.type");
}
