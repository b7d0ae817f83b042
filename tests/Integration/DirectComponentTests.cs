namespace FireAndForget.Tests;

/// <summary>Taken apart into core modules.</summary>
public sealed class DirectComponentTests() : ComponentContract(GuestRuntime.Direct);
