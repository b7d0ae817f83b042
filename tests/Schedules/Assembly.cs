using Xunit;

// The threads of two schedules at once would share what is static in the library.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
