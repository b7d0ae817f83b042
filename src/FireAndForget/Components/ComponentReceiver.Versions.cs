using FireAndForget.Guests.Instances;

namespace FireAndForget.Components;

// Which version of the guest runs: the first one, or another that replaced it.
internal sealed partial class ComponentReceiver
{
    /// <summary>
    /// Makes an instance of another version, which handles every message accepted from now on and those that wait. Any thread.
    /// </summary>
    /// <param name="code">The version's code.</param>
    /// <param name="options">Its options.</param>
    /// <param name="disposed">Called when the version does not need its code any more, also where this throws.</param>
    /// <param name="keepsOptions">
    /// Whether the options are meant to be those that it has: where others came meanwhile, this version is not taken.
    /// </param>
    /// <param name="commit">Taken when nothing else keeps the version from taking over; null: it cannot be cancelled.</param>
    /// <returns>Whether it was taken.</returns>
    /// <exception cref="ComponentLoadException">It cannot be instantiated; the version that runs goes on.</exception>
    /// <exception cref="InvalidOperationException">The component has stopped.</exception>
    public bool TryReplace(
        GuestCode code,
        ComponentOptions options,
        Action disposed,
        bool keepsOptions = false,
        LoadCommit? commit = null
    )
    {
        ComponentVersion version = new(
            this,
            code,
            options,
            _services,
            Interlocked.Increment(ref _replacements),
            disposed,
            commit
        );
        Guest guest;
        try
        {
            guest = version.Instantiate();
        }
        catch
        {
            version.Release();
            throw;
        }

        Replacement? unused = new(version, guest);
        bool isOutdated = false;
        bool isCancelled = false;
        lock (_replacing)
        {
            isOutdated = keepsOptions && Options != options;
            if (!_isDisposed && !IsStopped && !isOutdated && !(isCancelled = commit?.TryTake() == false))
            {
                _services.Registry.ChangePolicy(Self, Options, options, _services.Time);
                // A version that still waits to take over is dropped.
                (unused, _replacement) = (_replacement, unused);
            }
        }

        bool isTaken = unused?.Version != version;
        unused?.Dispose();
        if (isCancelled)
        {
            throw new OperationCanceledException("The load was cancelled.");
        }

        if (isOutdated)
        {
            return false;
        }

        if (!isTaken)
        {
            throw new InvalidOperationException(
                $"Component '{Self.Id}' has stopped and cannot be replaced; remove it and add the new version."
            );
        }

        Wake();
        return true;
    }

    /// <summary>
    /// Lets the instance of a new version take over, between two messages and whatever became of the instance before.
    /// </summary>
    private void TakeReplacement()
    {
        EndVersion();
        lock (_replacing)
        {
            (_version, _guest) = (_replacement!.Version, _replacement.Guest);
            _replacement = null;
        }

        Requests.Most = _version.Options.Limits.OpenRequests;
        RecordMemory();
        _isSlow = false;
        _restarts = new(_version.Options.Restart, _services.Time, _services.RandomOf(Self.Id));
    }

    /// <summary>Ends the version that runs: its instance, or the one that is being made, and its code.</summary>
    private void EndVersion()
    {
        EndPause();
        EndInstance();
        if (_build is { } build)
        {
            _build = null;
            Guard(build.GiveUp);
            Ledger.EndReporting();
        }
        else
        {
            _version.Release();
        }
    }

    /// <summary>A version that waits to take over, with its first instance.</summary>
    private sealed record Replacement(ComponentVersion Version, Guest Guest)
    {
        public void Dispose()
        {
            Guest.Dispose();
            Version.Release();
        }
    }
}
