using System.Diagnostics;
using FireAndForget.Tests.Wasi;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>What a component on the component-API runtime does with a folder that it is granted, and that it gets out of none.</summary>
public sealed class ComponentApiFileTests : IDisposable
{
    private const int Answer = WasiWat.Answer;
    private const int Path = WasiWat.Data;

    /// <summary>WASI's flags.</summary>
    private const long Follow = 1;
    private const long Create = 1;
    private const long Truncate = 8;
    private const long Read = 1;
    private const long Write = 2;
    private const int NoEntry = 20;
    private const int InsufficientMemory = 22;
    private const int Unsupported = 27;
    private const int RegularFile = 6;

    private readonly DirectoryInfo _outside = Directory.CreateTempSubdirectory("faf-");
    private readonly DirectoryInfo _folder;

    public ComponentApiFileTests()
    {
        _folder = _outside.CreateSubdirectory("granted");
        File.WriteAllText(InFolder("a.txt"), "inside");
        File.WriteAllText(System.IO.Path.Combine(_outside.FullName, "secret.txt"), "outside");
    }

    public static TheoryData<string> WaysOut =>
        [
            "..",
            "../secret.txt",
            "sub/../../secret.txt",
            "/etc/passwd",
            "link-to-file",
            "link-to-folder/secret.txt",
            "link-up/secret.txt",
        ];

    public void Dispose() => _outside.Delete(recursive: true);

    [Fact]
    public async Task Write_InAFolderThatMayBeWritten_IsThere()
    {
        await using WasiCaller guest = Grant(write: true);
        int folder = Folder(guest);

        int file = Open(guest, folder, "new.txt", Create, Read | Write);
        Assert.True(file > 0);
        guest.Call("descriptor.write", "written", file, Path, 7, 0, Answer);
        Assert.Equal(0, Change(guest, "create-directory-at", "sub", folder, Path, 3, Answer));
        Assert.Equal(0, Change(guest, "unlink-file-at", "a.txt", folder, Path, 5, Answer));

        Assert.Equal("written", File.ReadAllText(InFolder("new.txt")));
        Assert.True(Directory.Exists(InFolder("sub")));
        Assert.False(File.Exists(InFolder("a.txt")));
    }

    [Fact]
    public async Task Write_InAFolderThatMayBeRead_IsRefused()
    {
        await using WasiCaller guest = Grant(write: false);
        int folder = Folder(guest);

        int file = Open(guest, folder, "a.txt", 0, Read);
        Assert.True(file > 0);
        guest.Call("descriptor.read", file, 100, 0, Answer);
        Assert.Equal("inside", guest.Text(Answer + 4));
        Assert.True(Open(guest, folder, "a.txt", 0, Read | Write) < 0);
        Assert.True(Open(guest, folder, "a.txt", Truncate, Read) < 0);
        Assert.True(Open(guest, folder, "new.txt", Create, Read | Write) < 0);
        Assert.NotEqual(0, Change(guest, "create-directory-at", "sub", folder, Path, 3, Answer));
        Assert.NotEqual(0, Change(guest, "unlink-file-at", "a.txt", folder, Path, 5, Answer));
        Assert.NotEqual(0, Change(guest, "rename-at", "a.txtb.txt", folder, Path, 5, folder, Path + 5, 5, Answer));
        Assert.NotEqual(0, Change(guest, "symlink-at", "a.txtlink", folder, Path, 5, Path + 5, 4, Answer));
        guest.Call("descriptor.write", "written", file, Path, 7, 0, Answer);
        Assert.Equal(1, guest.Memory(Answer, 1)[0]);
        guest.Call("descriptor.set-size", file, 0, Answer);
        Assert.Equal(1, guest.Memory(Answer, 1)[0]);

        Assert.Equal([InFolder("a.txt")], Directory.EnumerateFileSystemEntries(_folder.FullName));
        Assert.Equal("inside", File.ReadAllText(InFolder("a.txt")));
    }

    /// <summary>A guest that opened files without end took all descriptors of the process, and .NET ended it.</summary>
    [Fact]
    public async Task Open_MoreThanMayBeOpen_IsAnErrorUntilOneIsClosed()
    {
        const int Most = 3;
        await using WasiCaller guest = Grant(write: true, openFiles: Most);
        int folder = Folder(guest);
        int[] files = [.. Enumerable.Range(0, Most).Select(_ => Open(guest, folder, "a.txt", 0, Read))];
        Assert.All(files, file => Assert.True(file > 0));

        Assert.Equal(-1 - InsufficientMemory, Open(guest, folder, "a.txt", 0, Read));
        Assert.Equal(-1 - InsufficientMemory, Stream(guest, "read-via-stream", files[0], 0, Answer));
        // One that fails is not counted.
        guest.Call("drop descriptor", files[1]);
        Assert.Equal(-1 - NoEntry, Open(guest, folder, "none", 0, Read));
        Assert.True(Open(guest, folder, "a.txt", 0, Read) > 0);
        Assert.Equal(-1 - InsufficientMemory, Open(guest, folder, "a.txt", 0, Read));
    }

    /// <summary>A stream holds the file open, also where its descriptor was dropped.</summary>
    [Theory]
    [InlineData("read-via-stream", "input-stream", 0, Answer)]
    [InlineData("write-via-stream", "output-stream", 0, Answer)]
    [InlineData("append-via-stream", "output-stream", Answer)]
    public async Task Open_StreamsOfFiles_CountUntilTheyAreDropped(string function, string kind, params int[] arguments)
    {
        await using WasiCaller guest = Grant(write: true, openFiles: 2);
        int folder = Folder(guest);
        int file = Open(guest, folder, "a.txt", 0, Read | Write);
        long[] all = [file, .. arguments.Select(a => (long)a)];
        int stream = Stream(guest, function, all);
        Assert.True(stream > 0);

        guest.Call("drop descriptor", file);
        file = Open(guest, folder, "a.txt", 0, Read);
        Assert.True(file > 0);
        Assert.Equal(-1 - InsufficientMemory, Open(guest, folder, "a.txt", 0, Read));

        guest.Call($"drop {kind}", stream);
        Assert.True(Open(guest, folder, "a.txt", 0, Read) > 0);
    }

    [Fact]
    public async Task Open_AgainAndAgain_IsNoMoreThanOneFile()
    {
        await using WasiCaller guest = Grant(write: true, openFiles: 2);
        int folder = Folder(guest);

        for (int i = 0; i < 100; i++)
        {
            int file = Open(guest, folder, "a.txt", 0, Read | Write);
            int input = Stream(guest, "read-via-stream", file, 0, Answer);
            guest.Call("drop descriptor", file);
            guest.Call("input-stream.blocking-read", input, 100, Answer);
            Assert.Equal("inside", guest.Text(Answer + 4));
            guest.Call("drop input-stream", input);
        }
    }

    [Fact]
    public async Task Files_ThroughTheGuard_AreThoseOfTheHost()
    {
        const int Path2 = Path + 5;
        const int NoChange = 0;
        await using WasiCaller guest = Grant(write: true);
        int folder = Folder(guest);
        int file = Open(guest, folder, "a.txt", 0, Read | Write);
        int same = Open(guest, folder, "a.txt", 0, Read);

        Assert.Equal(1, guest.Call("descriptor.is-same-object", file, same));
        guest.Call("descriptor.get-type", file, Answer);
        Assert.Equal((0, RegularFile), (guest.Memory(Answer, 1)[0], guest.Memory(Answer + 1, 1)[0]));
        guest.Call("descriptor.stat", file, Answer);
        Assert.Equal(6, guest.Number(Answer + 24));
        Assert.Equal(0, Change(guest, "link-at", "a.txtb.txt", folder, 0, Path, 5, folder, Path2, 5, Answer));
        Assert.Equal(0, Change(guest, "symlink-at", "a.txtc.txt", folder, Path, 5, Path2, 5, Answer));
        Assert.Equal(0, Change(guest, "readlink-at", "c.txt", folder, Path, 5, Answer));
        Assert.Equal("a.txt", guest.Text(Answer + 4));
        Assert.Equal(
            0,
            Change(guest, "set-times-at", "a.txt", folder, 0, Path, 5, NoChange, 0, 0, NoChange, 0, 0, Answer)
        );
        int output = Stream(guest, "append-via-stream", file, Answer);
        guest.Call("output-stream.blocking-write-and-flush", " and more", output, Path, 9, Answer);
        Assert.Equal(0, guest.Memory(Answer, 1)[0]);
        Assert.Equal("inside and more", File.ReadAllText(InFolder("b.txt")));

        guest.Call("descriptor.read-directory", folder, Answer);
        int entries = guest.Number(Answer + 4);
        List<string> names = [];
        while (true)
        {
            guest.Call("directory-entry-stream.read-directory-entry", entries, Answer);
            if (guest.Memory(Answer + 4, 1)[0] == 0)
            {
                break;
            }

            names.Add(guest.Text(Answer + 12));
        }

        Assert.Equal(["a.txt", "b.txt", "c.txt"], names.Order());
        guest.Call("drop directory-entry-stream", entries);
    }

    /// <summary>To open a FIFO waited in the operating system until somebody opened its other end, which no budget ended.</summary>
    [Theory]
    [InlineData("fifo", Read)]
    [InlineData("fifo", Read | Write)]
    [InlineData("link", Read)]
    public async Task Open_AFifo_IsRefused(string name, long flags)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such files there.");
        using Process process = Process.Start("mkfifo", InFolder("fifo"));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(InFolder("link"), "fifo");
        await using WasiCaller guest = Grant(write: true);
        int folder = Folder(guest);

        Assert.Equal(-1 - Unsupported, Open(guest, folder, name, 0, flags));
        // Wasmtime opens what it sets the times of.
        Change(guest, "set-times-at", name, folder, Follow, Path, name.Length, 1, 0, 0, 1, 0, 0, Answer);
        Assert.Equal((1, Unsupported), (guest.Memory(Answer, 1)[0], guest.Memory(Answer + 1, 1)[0]));
        // What looks at it does not wait.
        guest.Call("descriptor.stat-at", name, folder, Follow, Path, name.Length, Answer);
        Assert.Equal(0, guest.Memory(Answer, 1)[0]);
    }

    [Theory]
    [MemberData(nameof(WaysOut))]
    public async Task Open_WhatLiesOutside_IsRefused(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there that not everybody has.");
        Directory.CreateDirectory(InFolder("sub"));
        File.CreateSymbolicLink(InFolder("link-to-file"), System.IO.Path.Combine(_outside.FullName, "secret.txt"));
        Directory.CreateSymbolicLink(InFolder("link-to-folder"), _outside.FullName);
        Directory.CreateSymbolicLink(InFolder("link-up"), "..");
        await using WasiCaller guest = Grant(write: true);
        int folder = Folder(guest);

        Assert.True(Open(guest, folder, path, 0, Read) < 0);
        Assert.True(Open(guest, folder, path, Create | Truncate, Read | Write) < 0);
        guest.Call("descriptor.stat-at", path, folder, Follow, Path, path.Length, Answer);
        Assert.Equal(1, guest.Memory(Answer, 1)[0]);

        Assert.Equal("outside", File.ReadAllText(System.IO.Path.Combine(_outside.FullName, "secret.txt")));
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("../secret.txt")]
    public async Task Open_ThroughALinkThatTheGuestMadeItself_IsRefused(string target)
    {
        await using WasiCaller guest = Grant(write: true);
        int folder = Folder(guest);

        Change(guest, "symlink-at", $"{target}link", folder, Path, target.Length, Path + target.Length, 4, Answer);

        Assert.True(Open(guest, folder, "link", 0, Read) < 0);
    }

    private string InFolder(string name) => System.IO.Path.Combine(_folder.FullName, name);

    private WasiCaller Grant(bool write, int openFiles = 64) =>
        new(
            GuestRuntime.ComponentApi,
            new()
            {
                Directories =
                [
                    new()
                    {
                        Host = _folder.FullName,
                        Guest = "/data",
                        Write = write,
                    },
                ],
            },
            openFiles: openFiles
        );

    /// <summary>The descriptor of the only folder.</summary>
    private static int Folder(WasiCaller guest)
    {
        guest.Call("get-directories", Answer);
        Assert.Equal(1, guest.Number(Answer + 4));
        return guest.Number(guest.Number(Answer));
    }

    /// <summary>The descriptor; negative, less one, the error code where there is none.</summary>
    private static int Open(WasiCaller guest, int folder, string path, long open, long flags)
    {
        guest.Call("descriptor.open-at", path, folder, Follow, Path, path.Length, open, flags, Answer);
        return guest.Memory(Answer, 1)[0] == 0 ? guest.Number(Answer + 4) : -1 - guest.Memory(Answer + 4, 1)[0];
    }

    /// <summary>The stream of a file, as <see cref="Open"/> gives its descriptor.</summary>
    private static int Stream(WasiCaller guest, string function, params long[] arguments)
    {
        guest.Call($"descriptor.{function}", arguments);
        return guest.Memory(Answer, 1)[0] == 0 ? guest.Number(Answer + 4) : -1 - guest.Memory(Answer + 4, 1)[0];
    }

    /// <summary>0 where it was done.</summary>
    private static int Change(WasiCaller guest, string function, string text, params long[] arguments)
    {
        guest.Call($"descriptor.{function}", text, arguments);
        return guest.Memory(Answer, 1)[0];
    }
}
