using FireAndForget.Dispatching;
using FireAndForget.Routing;
using FireAndForget.Supervision;
using FireAndForget.Validation;

namespace FireAndForget.Guests;

/// <summary>Makes components that are not registered yet: it gets sources and options, and gives receivers with an instance.</summary>
internal sealed class GuestFactory(GuestLoader loader, HostServices services, MachineGuard machine, MemorySum memory)
{
    /// <summary>Loads and instantiates one component.</summary>
    /// <exception cref="ComponentLoadException">The source cannot be read or hosted, or failed while it was instantiated.</exception>
    public GuestReceiver Make(string id, ComponentSource source, ComponentOptions options)
    {
        try
        {
            return Instantiate(id, source, Load(source, options), options);
        }
        catch (ComponentLoadException e)
        {
            services.Events.Audit?.LoadFailed(id, e);
            throw;
        }
    }

    /// <summary>Loads another version for a component and hands it over; the one that runs goes on where that fails.</summary>
    /// <exception cref="ComponentLoadException">The source cannot be read or hosted, or failed while it was instantiated.</exception>
    /// <exception cref="InvalidOperationException">The component has stopped.</exception>
    public void Replace(GuestReceiver receiver, ComponentSource source, ComponentOptions options)
    {
        try
        {
            GuestCode code = Load(source, options);
            try
            {
                receiver.Replace(code, options, Admit(code, options));
            }
            catch (ComponentLoadException e)
            {
                throw Named(source, e);
            }
        }
        catch (ComponentLoadException e)
        {
            services.Events.Audit?.LoadFailed(receiver.Self.Id, e);
            throw;
        }
    }

    /// <summary>
    /// Makes all of them, or none. They are compiled several at a time, and instantiated one after the other, so that none waits
    /// for another's turn within its load budget.
    /// </summary>
    /// <exception cref="ComponentLoadException">One could not be made: the first of them that could not.</exception>
    public List<GuestReceiver> MakeAll(IReadOnlyList<TopologyComponent> components)
    {
        (GuestCode? Code, ComponentLoadException? Error)[] loaded = new (GuestCode?, ComponentLoadException?)[
            components.Count
        ];
        Parallel.For(
            0,
            components.Count,
            i =>
            {
                try
                {
                    loaded[i].Code = Load(components[i].Source, components[i].Options);
                }
                catch (ComponentLoadException e)
                {
                    loaded[i].Error = e;
                }
            }
        );
        List<GuestReceiver> made = [];
        string id = "";
        try
        {
            for (int i = 0; i < loaded.Length; i++)
            {
                (id, ComponentSource source, ComponentOptions options) = components[i];
                GuestCode code = loaded[i].Code ?? throw loaded[i].Error!;
                loaded[i].Code = null;
                made.Add(Instantiate(id, source, code, options));
            }

            return made;
        }
        catch (Exception e)
        {
            if (e is ComponentLoadException error)
            {
                services.Events.Audit?.LoadFailed(id, error);
            }

            made.ForEach(m => m.Discard());
            foreach ((GuestCode? code, _) in loaded)
            {
                if (code is not null)
                {
                    loader.Release(code);
                }
            }

            throw;
        }
    }

    /// <summary>Loads where there is room for a component at all: reading and compiling need it too.</summary>
    private GuestCode Load(ComponentSource source, ComponentOptions options)
    {
        try
        {
            machine.CheckRoomFor(memories: 1);
        }
        catch (ComponentLoadException e)
        {
            throw Named(source, e);
        }

        return loader.Load(source, grantsFolders: options.Wasi.Directories.Count != 0);
    }

    /// <summary>Takes the code over.</summary>
    private GuestReceiver Instantiate(string id, ComponentSource source, GuestCode code, ComponentOptions options)
    {
        Action? release = null;
        try
        {
            release = Admit(code, options);
            var allowance = SendAllowance.Create(options.Rate, options.Quota, services.Time);
            Participant self = new(id, services.Directory.NumberOf(id), options.SendsTo, options, allowance);
            return new(self, code, options, services, release);
        }
        catch (ComponentLoadException e)
        {
            release?.Invoke();
            throw Named(source, e);
        }
    }

    /// <summary>Sees that there is room for an instance. Gives what is to be called when the code is not needed any more.</summary>
    /// <exception cref="ComponentLoadException">There is none; the code is released.</exception>
    private Action Admit(GuestCode code, ComponentOptions options)
    {
        try
        {
            machine.CheckRoomFor(code.Memories);
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
}
