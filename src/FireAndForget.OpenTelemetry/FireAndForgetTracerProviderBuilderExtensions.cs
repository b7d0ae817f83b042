namespace OpenTelemetry.Trace;

/// <summary>Adds the traces of FireAndForget hosts.</summary>
public static class FireAndForgetTracerProviderBuilderExtensions
{
    /// <summary>Collects the traces of all hosts of the process: one from the send through the guests that it leads to.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">The builder is null.</exception>
    public static TracerProviderBuilder AddFireAndForgetInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource("FireAndForget");
    }
}
