namespace OpenTelemetry.Metrics;

/// <summary>Adds the metrics of FireAndForget hosts.</summary>
public static class FireAndForgetMeterProviderBuilderExtensions
{
    /// <summary>Collects the metrics of all hosts of the process: messages by outcome, mailboxes, restarts, memory, workers.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">The builder is null.</exception>
    public static MeterProviderBuilder AddFireAndForgetInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter("FireAndForget");
    }
}
