using System.Diagnostics;
using System.Runtime.Versioning;
using FireAndForget.Guests.Compiling;
using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests.Compiling;

/// <summary>No native code of another user comes out of a compile cache, whatever others could write once or can put in its place.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CompileCacheOwnerTests : IDisposable
{
    private const string OtherUser = "2002";
    private const string NotHere = "Windows has other permissions.";

    private readonly CacheTrial _trial = new();

    public void Dispose() => _trial.Dispose();

    /// <summary>The folder could be written to by others once, and one of them left an entry, which nobody else can write to.</summary>
    [Fact]
    public void Load_EntryOfAnotherUser_CompilesAnewAndReplacesIt()
    {
        SkipUnlessRoot();
        _trial.Load(0);
        GiveAway(_trial.Entries.Single().FullName);

        LogLine line = Assert.Single(_trial.Load(0).Of(CacheTrial.Replaced));

        Assert.Contains($"uid {OtherUser}", line.Text, StringComparison.Ordinal);
        Assert.Empty(_trial.Load(0).Of(CacheTrial.Compiling));
    }

    [Fact]
    public void Load_FolderOfAnotherUser_IsNotUsed()
    {
        SkipUnlessRoot();
        _trial.Load(0);
        GiveAway(_trial.Folder);

        ListLogger log = CacheTrial.Load(new() { Folder = _trial.Folder }, 0, 1);

        Assert.Contains($"uid {OtherUser}", Assert.Single(log.Of(CacheTrial.Unusable)).Text, StringComparison.Ordinal);
        Assert.Equal(2, log.Of(CacheTrial.Compiling).Count);
        Assert.Single(_trial.Entries);
    }

    /// <summary>Others may write above the folder: what was looked at once is not what is there later.</summary>
    [Fact]
    public async Task Load_FolderReplacedWhileTheHostLives_IsNotUsed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NotHere);
        _trial.Load(1);
        ListLogger log = new();
        await using MessagingHost host = new(
            new()
            {
                Workers = 0,
                Logger = log,
                CompileCache = new() { Folder = _trial.Folder },
            }
        );
        host.AddComponent("first", CacheTrial.Source(1));
        Assert.Empty(log.Of(CacheTrial.Compiling));
        Run("cp", "-r", _trial.Folder, _trial.PathOf("other"));
        Directory.Move(_trial.Folder, _trial.PathOf("gone"));
        Directory.Move(_trial.PathOf("other"), _trial.Folder);
        File.SetUnixFileMode(_trial.Folder, (UnixFileMode)0b111_111_101);
        host.Remove("first");
        host.Pump();

        host.AddComponent("second", CacheTrial.Source(1));

        Assert.Single(log.Of(CacheTrial.Unusable));
        Assert.Single(log.Of(CacheTrial.Compiling));
    }

    [Theory]
    [InlineData("of another user")]
    [InlineData("that its group may read")]
    [InlineData("that others may read")]
    [InlineData("that others may write to")]
    [InlineData("that is cut off")]
    [InlineData("that is longer")]
    [InlineData("that is empty")]
    [InlineData("that is a link")]
    [InlineData("that is a pipe")]
    [InlineData("that is a folder")]
    public void Load_Secret_IsNotUsedAndSaidOnce(string how)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NotHere);
        _trial.Load(0);
        Spoil(_trial.Secret, how);

        ListLogger log = CacheTrial.Load(new() { Folder = _trial.Folder }, 0, 1, 2);

        LogLine line = Assert.Single(log.Lines, line => line.Id is CacheTrial.Unusable or CacheTrial.Replaced);
        Assert.Contains("'secret'", line.Text, StringComparison.Ordinal);
        Assert.Contains("delete that file", line.Text, StringComparison.Ordinal);
        Assert.Equal(3, log.Of(CacheTrial.Compiling).Count);
        Assert.Single(_trial.Entries);
    }

    [Fact]
    public void Load_SecretThatMayNotBeRead_IsNotUsedAndSaidOnce()
    {
        Assert.SkipWhen(
            OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess,
            "Permissions do not hold here."
        );
        _trial.Load(0);
        File.SetUnixFileMode(_trial.Secret, UnixFileMode.None);

        ListLogger log = CacheTrial.Load(new() { Folder = _trial.Folder }, 0, 1);

        Assert.Single(log.Lines, line => line.Id is CacheTrial.Unusable or CacheTrial.Replaced);
    }

    /// <summary>It is made anew, and entries of before are worth nothing without it.</summary>
    [Fact]
    public void Load_SecretThatWasDeleted_CompilesAnewAndKeepsUnderANewOne()
    {
        _trial.Load(0);
        byte[] old = File.ReadAllBytes(_trial.Secret);
        File.Delete(_trial.Secret);

        Assert.Single(_trial.Load(0).Of(CacheTrial.Replaced));

        Assert.NotEqual(old, File.ReadAllBytes(_trial.Secret));
        Assert.Empty(_trial.Load(0).Of(CacheTrial.Compiling));
    }

    [Theory]
    [InlineData("that is a link")]
    [InlineData("that is a pipe")]
    public void Load_Entry_CompilesAnewAndReplacesIt(string how)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NotHere);
        _trial.Load(0);
        Spoil(_trial.Entries.Single().FullName, how);

        Assert.Single(_trial.Load(0).Of(CacheTrial.Replaced));

        Assert.Empty(_trial.Load(0).Of(CacheTrial.Compiling));
    }

    /// <summary>A user may keep the cache elsewhere: the folder that a link leads to is looked at.</summary>
    [Fact]
    public void Load_FolderThatIsALinkToOnesOwn_IsUsed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NotHere);
        _trial.Load(0);
        Directory.Move(_trial.Folder, _trial.PathOf("elsewhere"));
        Directory.CreateSymbolicLink(_trial.Folder, _trial.PathOf("elsewhere"));

        ListLogger log = _trial.Load(0);

        Assert.DoesNotContain(log.Lines, line => line.Id is CacheTrial.Unusable or CacheTrial.Compiling);
    }

    /// <summary>Of many that make the secret at once one is first, and all go on with that one's.</summary>
    [Fact]
    public void ReadOrMake_ManyAtOnce_AllGetTheSame()
    {
        for (int round = 0; round < 20; round++)
        {
            string path = _trial.PathOf($"folder{round}");
            CacheFolder.Make(path);
            byte[][] secrets = new byte[8][];
            using Barrier barrier = new(secrets.Length);
            Thread[] threads =
            [
                .. Enumerable
                    .Range(0, secrets.Length)
                    .Select(i => new Thread(() =>
                    {
                        using var folder = TrustedFolder.Open(path);
                        barrier.SignalAndWait();
                        secrets[i] = CacheSecret.ReadOrMake(folder);
                    })),
            ];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());

            Assert.All(secrets, secret => Assert.Equal(secrets[0], secret));
            Assert.Equal(CacheSecret.FileName, Path.GetFileName(Assert.Single(Directory.GetFiles(path))));
        }
    }

    [Fact]
    public void NameIfFree_NameThatIsTaken_LeavesTheFileThatHasIt()
    {
        CacheFolder.Make(_trial.Folder);
        File.WriteAllText(Path.Combine(_trial.Folder, "first"), "first");
        File.WriteAllText(Path.Combine(_trial.Folder, "second"), "second");
        using var folder = TrustedFolder.Open(_trial.Folder);

        folder.NameIfFree("first", "name");
        folder.NameIfFree("second", "name");

        Assert.Equal("first", File.ReadAllText(Path.Combine(_trial.Folder, "name")));
    }

    private static void Spoil(string path, string how)
    {
        switch (how)
        {
            case "of another user":
                SkipUnlessRoot();
                GiveAway(path);
                break;
            case "that its group may read":
                File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupRead);
                break;
            case "that others may read":
                File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherRead);
                break;
            case "that others may write to":
                File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherWrite);
                break;
            case "that is cut off":
                File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);
                break;
            case "that is longer":
                File.AppendAllText(path, "\n");
                break;
            case "that is empty":
                File.WriteAllBytes(path, []);
                break;
            case "that is a link":
                File.Move(path, path + ".real");
                File.CreateSymbolicLink(path, path + ".real");
                break;
            case "that is a pipe":
                File.Delete(path);
                Run("mkfifo", "-m", "600", path);
                break;
            default:
                File.Delete(path);
                CacheFolder.Make(path);
                break;
        }
    }

    private static void SkipUnlessRoot() =>
        Assert.SkipUnless(
            !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess,
            "Only root can give a file to another user."
        );

    private static void GiveAway(string path) => Run("chown", OtherUser, path);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
