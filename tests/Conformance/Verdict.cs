namespace FireAndForget.Tests.Conformance;

/// <summary>What was found out about a case; a line of JSON from a child process to its parent.</summary>
/// <param name="Index">The case's place in the list.</param>
/// <param name="Refusal">Why the library refuses the file as a part of a good receiver; null where it takes it.</param>
/// <param name="EngineRefusal">Why Wasmtime, with the library's settings, refuses the same; null where it takes it.</param>
/// <param name="Runs">What became of a receiver with an instance of the module, on each runtime; empty where none was made.</param>
internal sealed record Verdict(int Index, string? Refusal, string? EngineRefusal, IReadOnlyList<string> Runs);
