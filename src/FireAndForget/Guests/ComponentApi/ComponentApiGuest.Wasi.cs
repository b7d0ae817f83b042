using FireAndForget.Guests.Wasi;
using Wasmtime;

namespace FireAndForget.Guests.ComponentApi;

// What the guest is granted by way of WASI: its output, folders and files.
internal sealed partial class ComponentApiGuest
{
    /// <summary>Held where output is written: Wasmtime does that on threads of its own, for each stream that the guest took.</summary>
    private readonly Lock _writing = new();
    private WasiOutput? _output;
    private WasiOutput? _error;
    private int _grantedFolders;
    private int _openFiles;

    /// <summary>Whether the guest may open one more file.</summary>
    public bool TryTakeFile()
    {
        bool may = _openFiles < _limits.OpenFiles && _host.OpenFiles.TryTake(1);
        _openFiles += may ? 1 : 0;
        return may;
    }

    /// <summary>Called when the guest has closed a file.</summary>
    public void GiveBackFile()
    {
        _openFiles--;
        _host.OpenFiles.GiveBack(1);
    }

    /// <summary>Counts the folders that the guest is granted among the open files: they are open as long as the instance exists.</summary>
    private void TakeFolders(int count)
    {
        if (!_host.OpenFiles.TryTake(count))
        {
            throw new ComponentLoadException(
                $"it is granted {count} folders, and guests have as many files and folders open as they may together, "
                    + $"{_host.OpenFiles.Most}, which is half of what the process may; raise that (ulimit -n), or lower open-files of components."
            );
        }

        _grantedFolders = count;
    }

    private WasiConfiguration Grant(WasiGrants grants)
    {
        _output = new(this, grants, isError: false);
        _error = new(this, grants, isError: true);
        WasiConfiguration wasi = new WasiConfiguration()
            .WithStandardOutputCallback(bytes => Write(_output, bytes))
            .WithStandardErrorCallback(bytes => Write(_error, bytes))
            .WithArgs(grants.Options.Arguments);
        foreach ((string name, string value) in grants.Options.Environment)
        {
            wasi.WithEnvironmentVariable(name, value);
        }

        foreach (WasiDirectory directory in grants.Options.Directories)
        {
            if (!Directory.Exists(directory.Host))
            {
                throw new ComponentLoadException(
                    $"it is granted the folder '{directory.Host}' of the host, which is not there; make it, or change directories."
                );
            }

            wasi.WithPreopenedDirectory(directory.Host, directory.Guest, directory.Write);
        }

        return wasi;
    }

    /// <summary>
    /// What the guest wrote to standard error, to be shown with an error. What the engine has not handed on yet is missing.
    /// </summary>
    private string WhatItWrote
    {
        get
        {
            lock (_writing)
            {
                return _error?.AsReason ?? "";
            }
        }
    }

    private void Write(WasiOutput output, ReadOnlySpan<byte> bytes)
    {
        lock (_writing)
        {
            output.Write(bytes);
        }
    }
}
