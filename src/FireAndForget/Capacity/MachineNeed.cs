namespace FireAndForget.Capacity;

/// <summary>What is about to be loaded, as far as machines set limits to it.</summary>
/// <param name="Memories">How many linear memories it has; a heap of objects is one, and the courier's memory.</param>
/// <param name="Modules">How many pieces of compiled code are mapped for it.</param>
internal readonly record struct MachineNeed(int Memories, int Modules);
