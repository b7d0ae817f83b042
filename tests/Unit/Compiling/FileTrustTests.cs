using FireAndForget.Guests.Compiling;
using Xunit;

namespace FireAndForget.Tests.Compiling;

/// <summary>Whom a host believes that a file is its user's own, by owner and rights, on each kind of system.</summary>
public sealed class FileTrustTests
{
    private const string User = "S-1-5-21-1-2-3-1001";
    private const string Other = "S-1-5-21-1-2-3-1002";
    private const string System = "S-1-5-18";
    private const string Administrators = "S-1-5-32-544";
    private const string Everyone = "S-1-1-0";

    private const uint FullControl = 0x1F01FF;
    private const uint ReadAndRun = 0x1200A9;

    [Theory]
    [InlineData(0b110_000_000, false, true)]
    [InlineData(0b110_100_100, false, true)]
    [InlineData(0b110_110_000, false, false)]
    [InlineData(0b110_000_010, false, false)]
    [InlineData(0b110_000_000, true, true)]
    [InlineData(0b100_000_000, true, true)]
    [InlineData(0b110_100_000, true, false)]
    [InlineData(0b110_000_100, true, false)]
    [InlineData(0b110_000_001, true, false)]
    public void Distrust_ModeOfUnix_IsTrustedWhereOthersHaveNoSuchRight(int mode, bool isSecret, bool isTrusted)
    {
        string? reason = FileTrust.Distrust(new(1000, (UnixFileMode)mode, IsFile: true), user: 1000, isSecret);

        Assert.Equal(isTrusted, reason is null);
    }

    /// <summary>Root's too: a process of root trusts nobody else, and nobody trusts root, whose secret they could not read.</summary>
    [Theory]
    [InlineData(1000, 1001)]
    [InlineData(0, 1000)]
    [InlineData(1000, 0)]
    public void Distrust_AnotherOwnerOnUnix_IsNamed(uint owner, uint user)
    {
        string? reason = FileTrust.Distrust(new(owner, UnixFileMode.UserRead, IsFile: true), user, isSecret: false);

        Assert.Contains($"uid {owner}", reason, StringComparison.Ordinal);
        Assert.Contains($"uid {user}", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(User, true)]
    [InlineData(System, true)]
    [InlineData(Administrators, true)]
    [InlineData(Other, false)]
    [InlineData(Everyone, false)]
    public void Distrust_OwnerOnWindows_IsUserSystemOrAdministrators(string owner, bool isTrusted) =>
        Assert.Equal(isTrusted, WindowsAccess.Distrust(owner, [], User, isSecret: false) is null);

    [Theory]
    [InlineData(User, FullControl, true, true)]
    [InlineData(System, FullControl, true, true)]
    [InlineData(Administrators, FullControl, true, true)]
    [InlineData("S-1-3-4", FullControl, true, true)]
    [InlineData(Other, ReadAndRun, false, true)]
    [InlineData(Other, ReadAndRun, true, false)]
    [InlineData(Other, 0x80000000, true, false)]
    [InlineData(Everyone, 0x2, false, false)]
    [InlineData(Everyone, 0x4, false, false)]
    [InlineData(Everyone, 0x40, false, false)]
    [InlineData(Everyone, 0x10000, false, false)]
    [InlineData(Everyone, 0x40000, false, false)]
    [InlineData(Everyone, 0x80000, false, false)]
    [InlineData(Everyone, 0x10000000, false, false)]
    [InlineData(Everyone, 0x40000000, false, false)]
    public void Distrust_AccessListOfWindows_IsTrustedWhereOthersHaveNoSuchRight(
        string sid,
        uint mask,
        bool isSecret,
        bool isTrusted
    )
    {
        string? reason = WindowsAccess.Distrust(User, [new(User, FullControl), new(sid, mask)], User, isSecret);

        Assert.Equal(isTrusted, reason is null);
        Assert.True(isTrusted || reason!.Contains(sid, StringComparison.Ordinal));
    }

    /// <summary>What .NET and the system say of the same file must agree.</summary>
    [Fact]
    public void Look_AtAFileAndAFolder_TellsOwnerModeAndKind()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Only Linux and macOS have owners and modes of this kind.");
            return;
        }

        string path = Directory.CreateTempSubdirectory("file-trust-").FullName;
        string file = Path.Combine(path, "file");
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.GroupExecute | UnixFileMode.OtherWrite;
        File.WriteAllText(file, "");
        File.SetUnixFileMode(file, Mode);
        using (var folder = UnixFile.OpenFolder(path))
        using (var opened = UnixFile.OpenFile(folder, "file"))
        {
            Assert.Equal(new UnixFacts(UnixFile.User, Mode, IsFile: true), UnixFile.Look(opened));
            Assert.False(UnixFile.Look(folder).IsFile);
            Assert.Equal(UnixFile.User, UnixFile.Look(folder).Owner);
        }

        Directory.Delete(path, recursive: true);
    }
}
