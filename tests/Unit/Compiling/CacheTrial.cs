using FireAndForget.Guests.Compiling;
using FireAndForget.Guests.Instances;
using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests.Compiling;

/// <summary>A compile cache of a test's own, and hosts that load guests through it.</summary>
internal sealed class CacheTrial : IDisposable
{
    public const int Unusable = 500;
    public const int Replaced = 501;
    public const int Compiling = 502;

    private readonly string _root = Directory.CreateTempSubdirectory("compile-cache-").FullName;

    public string Folder => PathOf("cache");

    public string PathOf(string name) => Path.Combine(_root, name);

    public List<FileInfo> Entries => CacheFolder.Entries(Folder);

    public string Secret => Path.Combine(Folder, CacheSecret.FileName);

    /// <summary>What is wrong with an entry, by the folder's own secret.</summary>
    public string? DamageOf(FileInfo file)
    {
        string key = Path.GetFileNameWithoutExtension(file.Name);
        using var folder = TrustedFolder.Open(Folder);
        using var entry = CacheEntry.Open(folder, key);
        return entry.Damage(CacheSecret.Read(folder)!, key);
    }

    /// <summary>A guest that answers each message with a number.</summary>
    public static string Guest(int answer) =>
        $"""
            (module
              (memory (export "memory") 1)
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) i32.const {answer}))
            """;

    public static ComponentSource Source(int answer) => ComponentSource.FromText(Guest(answer), $"guest {answer}");

    /// <summary>Loads a guest in a host of its own and sends it a message, which must be answered as the guest does.</summary>
    /// <returns>What the host logged.</returns>
    public ListLogger Load(int answer, long maxBytes = 1 << 30) =>
        Load(new CompileCacheOptions { Folder = Folder, MaxBytes = maxBytes }, answer);

    /// <summary>As the other, with several guests, a cache that is elsewhere, or none.</summary>
    public static ListLogger Load(CompileCacheOptions? cache, params int[] answers)
    {
        ListLogger log = new();
        MessagingHost host = new(
            new()
            {
                Workers = 0,
                Logger = log,
                CompileCache = cache,
            }
        );
        MessagingEndpoint client = host.AddEndpoint("client");
        foreach (int answer in answers)
        {
            Component guest = host.AddComponent($"guest{answer}", Source(answer));
            Assert.Equal(SendStatus.Accepted, client.Send($"guest{answer}", [1]));
            host.Pump();
            Assert.Equal(answer == 0 ? 1 : 0, guest.Statistics.Handled);
            Assert.Equal(answer == 0 ? 0 : 1, guest.Statistics.Rejected);
        }

        host.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return log;
    }

    public void Dispose()
    {
        if (!OperatingSystem.IsWindows() && Directory.Exists(Folder))
        {
            File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Directory.Delete(_root, recursive: true);
    }
}
