using System.Runtime.ExceptionServices;
using FireAndForget.Capacity;
using FireAndForget.Dispatching;
using FireAndForget.Guests;
using FireAndForget.Guests.Decoding;
using FireAndForget.Guests.Instances;
using FireAndForget.Routing;
using FireAndForget.Threading;

namespace FireAndForget.Components;

/// <summary>
/// Makes components that are not registered yet, out of sources and options: receivers with an instance. It loads and instantiates
/// on threads of the host, because the caller's may have too little stack left for a compiler or a guest.
/// </summary>
internal sealed class ComponentFactory(
    GuestLoader loader,
    HostServices services,
    MachineGuard machine,
    MemorySum memory,
    GuestThreads threads
)
{
    /// <summary>Loads and instantiates one component.</summary>
    /// <exception cref="ComponentLoadException">The source cannot be read or hosted, or failed while it was instantiated.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    public ComponentReceiver Make(string id, ComponentSource source, ComponentOptions options, LoadCommit commit)
    {
        try
        {
            return threads.Run(() => Instantiate(id, source, Load(source, options), options, commit));
        }
        catch (ComponentLoadException e) when (!commit.IsCancelled)
        {
            services.Audit?.LoadFailed(id, e);
            throw;
        }
    }

    /// <summary>Loads another version for a component and hands it over; the one that runs goes on where that fails.</summary>
    /// <exception cref="ComponentLoadException">The source cannot be read or hosted, or failed while it was instantiated.</exception>
    /// <exception cref="InvalidOperationException">The component has stopped.</exception>
    /// <param name="receiver">The component.</param>
    /// <param name="source">Where the version comes from.</param>
    /// <param name="options">Its options; null: those that the component has when it takes over.</param>
    /// <param name="commit">Taken when the new version takes over.</param>
    public void Replace(
        ComponentReceiver receiver,
        ComponentSource source,
        ComponentOptions? options,
        LoadCommit commit
    )
    {
        // Where another version with other options took over while this one was loaded, this one is made again with those options.
        while (!TryReplace(receiver, source, options ?? receiver.Options, keepsOptions: options is null, commit)) { }
    }

    /// <summary>Makes a fresh instance of a component's code and hands it over, as another version.</summary>
    /// <exception cref="ComponentLoadException">It cannot be instantiated any more; the instance that runs goes on.</exception>
    /// <exception cref="InvalidOperationException">The component has stopped.</exception>
    public void Restart(ComponentReceiver receiver, LoadCommit commit)
    {
        while (!threads.Run(() => TryRestart(receiver, commit))) { }
    }

    /// <summary>
    /// Tries to restart a component; false where another version took over meanwhile, so that the caller tries again with that.
    /// </summary>
    private bool TryRestart(ComponentReceiver receiver, LoadCommit commit)
    {
        GuestCode code = receiver.Code;
        ComponentOptions options = receiver.Options;
        return loader.TryRetain(code)
            && receiver.TryReplace(code, options, Admit(code, options), keepsOptions: true, commit);
    }

    private bool TryReplace(
        ComponentReceiver receiver,
        ComponentSource source,
        ComponentOptions options,
        bool keepsOptions,
        LoadCommit commit
    )
    {
        try
        {
            return threads.Run(() => LoadAndReplace(receiver, source, options, keepsOptions, commit));
        }
        catch (ComponentLoadException e) when (!commit.IsCancelled)
        {
            services.Audit?.LoadFailed(receiver.Self.Id, e);
            throw;
        }
    }

    /// <summary>
    /// Makes all of them, or none. Each source is read and compiled once, several at a time; components are instantiated one after
    /// the other, so that none waits for another's turn within its load budget.
    /// </summary>
    /// <exception cref="ComponentLoadException">One could not be made: the first of them that could not.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    public List<ComponentReceiver> MakeAll(IReadOnlyList<TopologyComponent> components, LoadCommit commit)
    {
        (ComponentSource Source, CodeNeeds Needs)[] codes = [.. components.Select(CodeOf).Distinct()];
        (GuestCode? Code, ExceptionDispatchInfo? Error)[] loaded = new (GuestCode?, ExceptionDispatchInfo?)[
            codes.Length
        ];
        loader.Progress.Begin(codes.Length);
        Parallel.For(
            0,
            codes.Length,
            new() { MaxDegreeOfParallelism = Environment.ProcessorCount },
            i =>
            {
                try
                {
                    loaded[i].Code = threads.Run(() => LoadBegun(codes[i].Source, codes[i].Needs));
                }
                catch (Exception e)
                {
                    // Any exception is kept, also one because the host ends. Thrown here it would reach the caller within another
                    // exception, and the codes that were loaded would not be released.
                    loaded[i].Error = ExceptionDispatchInfo.Capture(e);
                }
            }
        );
        var found = codes.Zip(loaded).ToDictionary();
        List<ComponentReceiver> made = [];
        string id = "";
        try
        {
            foreach (TopologyComponent component in components)
            {
                id = component.Id;
                (GuestCode? code, ExceptionDispatchInfo? error) = found[CodeOf(component)];
                error?.Throw();
                loader.Retain(code!);
                made.Add(
                    threads.Run(() => Instantiate(component.Id, component.Source, code!, component.Options, commit))
                );
            }

            return made;
        }
        catch (Exception e)
        {
            if (e is ComponentLoadException error && !commit.IsCancelled)
            {
                services.Audit?.LoadFailed(id, error);
            }

            made.ForEach(m => m.Discard());
            throw;
        }
        finally
        {
            foreach (GuestCode code in loaded.Select(l => l.Code).OfType<GuestCode>())
            {
                loader.Release(code);
            }
        }
    }

    /// <summary>What code a component needs.</summary>
    private static (ComponentSource Source, CodeNeeds Needs) CodeOf(TopologyComponent component) =>
        (component.Source, NeedsOf(component.Options));

    private static CodeNeeds NeedsOf(ComponentOptions options) =>
        new(options.Wasi.Directories.Count != 0, new(options.Wasi.Refuse));

    private bool LoadAndReplace(
        ComponentReceiver receiver,
        ComponentSource source,
        ComponentOptions options,
        bool keepsOptions,
        LoadCommit commit
    )
    {
        GuestCode code = Load(source, options);
        try
        {
            return receiver.TryReplace(code, options, Admit(code, options), keepsOptions, commit);
        }
        catch (ComponentLoadException e)
        {
            throw Named(source, e);
        }
    }

    private GuestCode Load(ComponentSource source, ComponentOptions options)
    {
        loader.Progress.Begin(1);
        return LoadBegun(source, NeedsOf(options));
    }

    /// <summary>Loads where there is room for a component at all: reading and compiling need it too.</summary>
    private GuestCode LoadBegun(ComponentSource source, CodeNeeds needs)
    {
        try
        {
            CheckRoom(source);
            GuestCode code = loader.Load(source, needs.GrantsFolders, needs.Refused);
            if (services.IsAborting())
            {
                // Nobody interrupts a guest any more, so none may start, however long the load took.
                loader.Release(code);
                throw new ObjectDisposedException(nameof(MessagingHost));
            }

            return code;
        }
        finally
        {
            loader.Progress.End();
        }
    }

    private void CheckRoom(ComponentSource source)
    {
        try
        {
            machine.CheckRoomFor(new(Memories: 1, Modules: 1));
        }
        catch (ComponentLoadException e)
        {
            throw Named(source, e);
        }
    }

    /// <summary>Instantiates the code, which it takes over.</summary>
    private ComponentReceiver Instantiate(
        string id,
        ComponentSource source,
        GuestCode code,
        ComponentOptions options,
        LoadCommit commit
    )
    {
        Action? release = null;
        try
        {
            release = Admit(code, options);
            // A compiler cannot be interrupted, but the steps after it need not begin.
            commit.ThrowIfCancelled();
            var allowance = SendAllowance.Create(options.Rate, options.Quota, services.Time);
            Participant self = new(
                id,
                services.Directory.NumberOf(id),
                options.SendsTo,
                options,
                allowance,
                options.PublishesTo
            );
            return new(self, code, options, services, release, commit);
        }
        catch (ComponentLoadException e)
        {
            release?.Invoke();
            throw Named(source, e);
        }
        catch
        {
            release?.Invoke();
            throw;
        }
    }

    /// <summary>
    /// Reserves the room for an instance. It gives an action that the caller runs when it does not need the code any more.
    /// </summary>
    /// <exception cref="ComponentLoadException">There is none; the code is released.</exception>
    private Action Admit(GuestCode code, ComponentOptions options)
    {
        try
        {
            machine.CheckRoomFor(new(code.Memories, Modules: 0));
            long bytes = code.MostMemory(options.Limits);
            memory.Take(bytes);
            return () =>
            {
                memory.GiveBack(bytes);
                loader.Release(code);
            };
        }
        catch
        {
            loader.Release(code);
            throw;
        }
    }

    private static ComponentLoadException Named(ComponentSource source, ComponentLoadException e) =>
        new($"{source.Name}: {e.Message}", e);

    /// <summary>What, besides the source, code depends on.</summary>
    private readonly record struct CodeNeeds(bool GrantsFolders, RefusedImports Refused);
}
