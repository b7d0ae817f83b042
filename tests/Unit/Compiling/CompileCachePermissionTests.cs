using System.Runtime.Versioning;
using FireAndForget.Guests.Compiling;
using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests.Compiling;

/// <summary>A compile cache holds native code: who may write there decides whether it is used.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CompileCachePermissionTests : IDisposable
{
    private const string NotHere = "Windows has other permissions, and root needs none.";

    private readonly CacheTrial _trial = new();

    public void Dispose() => _trial.Dispose();

    [Fact]
    public void Load_EntryThatMayNotBeRead_CompilesAnewAndReplacesIt()
    {
        Assert.SkipWhen(
            OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess,
            "Permissions do not hold here."
        );
        _trial.Load(0);
        File.SetUnixFileMode(_trial.Entries.Single().FullName, UnixFileMode.None);

        Assert.Single(_trial.Load(0).Of(CacheTrial.Replaced));

        Assert.Empty(_trial.Load(0).Of(CacheTrial.Compiling));
    }

    [Fact]
    public void Load_EntryThatOthersMayWrite_CompilesAnewAndReplacesIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NotHere);
        _trial.Load(0);
        string path = _trial.Entries.Single().FullName;
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherWrite);

        Assert.Single(_trial.Load(0).Of(CacheTrial.Replaced));

        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & FileTrust.OthersWrite);
    }

    [Fact]
    public void Load_FolderThatIsReadOnly_UsesItAndWarnsOnceOfWhatItCannotKeep()
    {
        Assert.SkipWhen(
            OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess,
            "Permissions do not hold here."
        );
        _trial.Load(0);
        File.SetUnixFileMode(_trial.Folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        ListLogger log = CacheTrial.Load(new() { Folder = _trial.Folder }, 0, 1, 2);

        Assert.Single(log.Lines, line => line.Id is CacheTrial.Unusable or CacheTrial.Replaced);
        Assert.Equal(2, log.Of(CacheTrial.Compiling).Count);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void Load_FolderThatOthersMayWriteTo_IsNotUsed(UnixFileMode others)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NotHere);
        _trial.Load(0);
        File.SetUnixFileMode(_trial.Folder, File.GetUnixFileMode(_trial.Folder) | others);

        ListLogger log = CacheTrial.Load(new() { Folder = _trial.Folder }, 0, 1);

        Assert.Contains("delete", Assert.Single(log.Of(CacheTrial.Unusable)).Text, StringComparison.Ordinal);
        Assert.Equal(2, log.Of(CacheTrial.Compiling).Count);
        Assert.Single(_trial.Entries);
    }

    [Fact]
    public void Load_FolderThatIsMissing_MakesItForThisUserAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NotHere);

        _trial.Load(0);

        UnixFileMode user = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(user | UnixFileMode.UserExecute, File.GetUnixFileMode(_trial.Folder));
        Assert.Equal(user, File.GetUnixFileMode(_trial.Entries.Single().FullName));
        Assert.Equal(user, File.GetUnixFileMode(_trial.Secret));
    }
}
