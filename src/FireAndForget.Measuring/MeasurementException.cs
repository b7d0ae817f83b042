namespace FireAndForget.Measuring;

/// <summary>A measurement is worth nothing: messages were lost, refused, or not handled.</summary>
/// <param name="message">What happened, with the numbers.</param>
public sealed class MeasurementException(string message) : Exception(message);
