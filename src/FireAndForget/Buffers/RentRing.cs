namespace FireAndForget.Buffers;

/// <summary>Gives a mailbox its memory, as <see cref="RingMemory.TryRent"/> does; false where there is none.</summary>
internal delegate bool RentRing(uint slots, uint bytes, out RingMemory memory);
