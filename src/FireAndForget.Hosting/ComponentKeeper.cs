using System.Diagnostics.CodeAnalysis;
using FireAndForget.Wording;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FireAndForget.Hosting;

/// <summary>
/// Keeps a host's components as their sets say: loads them when the service starts and, when a set changes, adds, changes and removes
/// what differs. One set is applied at a time, when it has been quiet for a while.
/// </summary>
internal sealed class ComponentKeeper : IDisposable
{
    private readonly HostRegistration _registration;
    private readonly IServiceProvider _services;
    private readonly ILogger<ComponentKeeper> _logger;
    private readonly MessagingHostOptions _options;
    private readonly TimeProvider _time;
    private readonly List<KeptSet> _sets = [];
    private readonly SemaphoreSlim _applying = new(1);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Creates a keeper, which does nothing before it is started.</summary>
    public ComponentKeeper(
        HostRegistration registration,
        IServiceProvider services,
        ILogger<ComponentKeeper> logger,
        IOptions<MessagingHostOptions> options
    )
    {
        _registration = registration;
        _services = services;
        _logger = logger;
        _options = options.Value;
        _time = _options.TimeProvider;
    }

    /// <summary>Loads everything and begins to watch.</summary>
    /// <exception cref="OptionsValidationException">A component cannot be loaded; the message lists all that cannot.</exception>
    public async Task StartAsync(MessagingHost host, CancellationToken cancellationToken)
    {
        await _applying.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await LoadAllAsync(host, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _applying.Release();
        }
    }

    /// <summary>Stops watching. A change that is being applied is not waited for.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        foreach (KeptSet kept in _sets)
        {
            kept.Watcher?.Dispose();
            kept.Timer?.Dispose();
        }
    }

    private async Task LoadAllAsync(MessagingHost host, CancellationToken cancellationToken)
    {
        string root = HostFactory.RootOf(_services);
        _sets.AddRange(_registration.Sets.Select(make => new KeptSet(make(root))));
        List<string> mistakes = [];
        (KeptSet Set, WantedComponents Wanted)[] read = [.. _sets.Select(kept => (kept, kept.Set.Read(mistakes)))];
        List<(KeptSet Set, WantedComponent Component)> all =
        [
            .. read.SelectMany(set => set.Wanted.Components.Select(component => (set.Set, component))),
        ];
        foreach (KeptSet kept in _sets)
        {
            // Watching begins before anything is loaded, so that no change in between is missed.
            QuietTimer timer = new(_time, () => _ = ApplyAsync(host, kept));
            kept.Timer = timer;
            kept.Watcher = kept.Set.Watch(timer.Change);
        }

        // Endpoints are subscribed before components are loaded, so that they get what a component publishes while the others are
        // loaded.
        foreach ((KeptSet kept, WantedComponents wanted) in read)
        {
            ChangeSubscriptions(host, kept, wanted.Subscriptions);
        }

        string?[] failures = await Task.WhenAll(
                all.Select(part => TryAddAsync(host, part.Set, part.Component, cancellationToken))
            )
            .ConfigureAwait(false);
        mistakes.AddRange(failures.OfType<string>());
        if (mistakes.Count != 0)
        {
            throw new OptionsValidationException(
                nameof(MessagingHost),
                typeof(ComponentOptions),
                mistakes.Select(PlainText.OneLine)
            );
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "It is told, and the others are loaded.")]
    private static async Task<string?> TryAddAsync(
        MessagingHost host,
        KeptSet kept,
        WantedComponent wanted,
        CancellationToken cancellationToken
    )
    {
        if (wanted.Refusal is { } refusal)
        {
            return $"Component '{wanted.Id}' of {kept.Set.Name}: {refusal}";
        }

        try
        {
            await host.AddComponentAsync(wanted.Id, wanted.Source, wanted.Options, cancellationToken)
                .ConfigureAwait(false);
            lock (kept)
            {
                kept.Components[wanted.Id] = wanted;
            }

            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return $"Component '{wanted.Id}' of {kept.Set.Name}: {e.Message}";
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Out of a timer it would end the process.")]
    private async Task ApplyAsync(MessagingHost host, KeptSet kept)
    {
        try
        {
            await _applying.WaitAsync(_stopping.Token).ConfigureAwait(false);
            try
            {
                await ApplyChangesAsync(host, kept).ConfigureAwait(false);
            }
            finally
            {
                _applying.Release();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The service is stopping.
        }
        catch (Exception e)
        {
            HostLog.NotApplied(_logger, kept.Set.Name, e.Message);
        }
    }

    private async Task ApplyChangesAsync(MessagingHost host, KeptSet kept)
    {
        List<string> mistakes = [];
        WarnOfHostOptions(kept.Set);
        WantedComponents wanted = kept.Set.Read(mistakes);
        HashSet<string> endpoints = [.. host.Endpoints.Select(e => e.Id)];
        mistakes.AddRange(
            wanted
                .Endpoints.Where(id => !endpoints.Contains(id))
                .Select(id => $"Endpoint '{id}' has no handler; endpoints are added when the service starts.")
        );
        if (mistakes.Count != 0)
        {
            HostLog.NotApplied(_logger, kept.Set.Name, string.Join(" ", mistakes));
            return;
        }

        ChangeSubscriptions(host, kept, wanted.Subscriptions);
        ILookup<string, WantedComponent> after = wanted.Components.ToLookup(c => c.Id, StringComparer.Ordinal);
        foreach (string id in kept.Components.Keys.Where(id => !after.Contains(id)).ToArray())
        {
            host.Remove(id);
            kept.Components.Remove(id);
        }

        foreach (IGrouping<string, WantedComponent> same in after)
        {
            if (await TryApplyAsync(host, kept, [.. same]).ConfigureAwait(false) is { } failure)
            {
                HostLog.NotApplied(_logger, kept.Set.Name, failure);
            }
        }
    }

    /// <summary>Applies what is wanted under one id.</summary>
    /// <returns>Why it is not applied; null where it is.</returns>
    private Task<string?> TryApplyAsync(MessagingHost host, KeptSet kept, WantedComponent[] wanted) =>
        wanted.Length > 1
            ? Task.FromResult<string?>(
                $"Component '{wanted[0].Id}' is there twice, from {string.Join(" and ", wanted.Select(c => c.Source.Name))}; "
                    + "give one of them another id."
            )
        : kept.Components.TryGetValue(wanted[0].Id, out WantedComponent? before)
            ? TryChangeAsync(host, kept, before, wanted[0])
        : TryAddAsync(host, kept, wanted[0], _stopping.Token);

    [SuppressMessage("Design", "CA1031", Justification = "It is told, and the version that runs goes on.")]
    private async Task<string?> TryChangeAsync(
        MessagingHost host,
        KeptSet kept,
        WantedComponent before,
        WantedComponent after
    )
    {
        try
        {
            bool isRunning = host.TryGetComponent(after.Id, out Component? component) && !component.IsStopped;
            if (before.HasSameMarks(after))
            {
                // One that somebody removed, or whose guest has stopped for good, stays so: nothing here says otherwise.
                if (isRunning)
                {
                    ChangeCapabilities(host, before, after);
                }
            }
            else if (after.Refusal is not null)
            {
                return $"Component '{after.Id}' stays as it is: {after.Refusal}";
            }
            else if (isRunning)
            {
                await host.ReplaceAsync(after.Id, after.Source, after.Options, _stopping.Token).ConfigureAwait(false);
            }
            else
            {
                // The other file or options may make it run again.
                host.Remove(after.Id);
                await host.AddComponentAsync(after.Id, after.Source, after.Options, _stopping.Token)
                    .ConfigureAwait(false);
            }

            kept.Components[after.Id] = after;
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return $"Component '{after.Id}' stays as it is: {e.Message}";
        }
    }

    /// <summary>
    /// Subscribes endpoints to the topics that a set names for them, in addition to those that the service's code subscribes them
    /// to.
    /// </summary>
    private static void ChangeSubscriptions(
        MessagingHost host,
        KeptSet kept,
        IReadOnlyDictionary<string, IReadOnlyList<string>> after
    )
    {
        foreach (string id in kept.Subscriptions.Keys.Union(after.Keys))
        {
            if (host.TryGetEndpoint(id, out MessagingEndpoint? endpoint))
            {
                IReadOnlyList<string> before = kept.Subscriptions.GetValueOrDefault(id, []);
                IReadOnlyList<string> wanted = after.GetValueOrDefault(id, []);
                foreach (string pattern in before.Except(wanted))
                {
                    endpoint.Unsubscribe(pattern);
                }

                foreach (string pattern in wanted.Except(before))
                {
                    endpoint.Subscribe(pattern);
                }
            }
        }

        kept.Subscriptions = after;
    }

    /// <summary>
    /// Changes capabilities in place. A change of capabilities alone needs no fresh instance, which would have lost the state of
    /// the guest.
    /// </summary>
    private static void ChangeCapabilities(MessagingHost host, WantedComponent before, WantedComponent after)
    {
        foreach (Capability capability in Enum.GetValues<Capability>())
        {
            foreach (string pattern in before.Patterns(capability).Except(after.Patterns(capability)))
            {
                host.Revoke(after.Id, capability, pattern);
            }

            foreach (string pattern in after.Patterns(capability).Except(before.Patterns(capability)))
            {
                host.Grant(after.Id, capability, pattern);
            }
        }
    }

    /// <summary>Warns of changed options of the host itself, which hold only from the next start of the service.</summary>
    private void WarnOfHostOptions(ComponentSet set)
    {
        if (set is not ConfigurationSet)
        {
            return;
        }

        List<string> mistakes = [];
        MessagingHostOptions now = new();
        MessagingHostOptions then = _options;
        (now.Logger, now.TimeProvider) = (then.Logger, then.TimeProvider);
        foreach (HostOptionsSetup setup in HostFactory.SetupsOf(_services))
        {
            setup.Configure(now, mistakes);
        }

        HostOptions service = _services.GetRequiredService<IOptions<HostOptions>>().Value;
        if (StopTimes.MistakeOf(service, now) is { } mistake)
        {
            mistakes.Add(mistake);
        }

        if (mistakes.Count != 0)
        {
            HostLog.NotApplied(_logger, set.Name, string.Join(" ", mistakes));
        }
        else if (now.ToString() != then.ToString())
        {
            HostLog.HoldsFromNextStart(_logger, then.ToString(), now.ToString());
        }
    }

    /// <summary>A set, and the part of it that is loaded.</summary>
    private sealed class KeptSet(ComponentSet set)
    {
        public ComponentSet Set { get; } = set;

        public Dictionary<string, WantedComponent> Components { get; } = new(StringComparer.Ordinal);

        /// <summary>The topics to which it has subscribed endpoints, by their ids.</summary>
        public IReadOnlyDictionary<string, IReadOnlyList<string>> Subscriptions { get; set; } =
            new Dictionary<string, IReadOnlyList<string>>();

        public QuietTimer? Timer { get; set; }

        public IDisposable? Watcher { get; set; }
    }
}
