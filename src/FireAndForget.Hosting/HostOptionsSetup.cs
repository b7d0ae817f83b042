using FireAndForget.Wording;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FireAndForget.Hosting;

/// <summary>Sets the options of a service's host: its log and clock, what is bound from configuration, and what is set in code.</summary>
internal sealed class HostOptionsSetup(
    HostRegistration registration,
    ILoggerFactory loggers,
    IEnumerable<TimeProvider> times
) : IConfigureOptions<MessagingHostOptions>
{
    public void Configure(MessagingHostOptions options)
    {
        options.Logger = loggers.CreateLogger("FireAndForget");
        options.TimeProvider = times.LastOrDefault() ?? TimeProvider.System;
        Configure(options, []);
    }

    /// <summary>Sets the options that the service gives, except for wrong ones.</summary>
    public void Configure(MessagingHostOptions options, ICollection<string> mistakes)
    {
        registration.Sections.ForEach(section => HostOptionsBinding.Bind(section, options, mistakes));
        foreach (Action<MessagingHostOptions> configure in registration.Configurations)
        {
            try
            {
                configure(options);
            }
            catch (ArgumentException e)
            {
                mistakes.Add(e.Message);
            }
        }
    }
}

/// <summary>Refuses options, components and endpoints that are wrong, all mistakes at once.</summary>
internal sealed class HostOptionsValidation(HostRegistration registration, IServiceProvider services)
    : IValidateOptions<MessagingHostOptions>
{
    public ValidateOptionsResult Validate(string? name, MessagingHostOptions options)
    {
        List<string> mistakes = [];
        foreach (HostOptionsSetup setup in HostFactory.SetupsOf(services))
        {
            setup.Configure(new(), mistakes);
        }

        string root = HostFactory.RootOf(services);
        HashSet<string> handled = [.. registration.Endpoints.Select(e => e.Id)];
        if (StopTimes.MistakeOf(services.GetRequiredService<IOptions<HostOptions>>().Value, options) is { } mistake)
        {
            mistakes.Add(mistake);
        }

        Dictionary<string, string> ids = new(StringComparer.Ordinal);
        foreach (ComponentSet set in registration.Sets.Select(make => make(root)))
        {
            WantedComponents wanted = set.Read(mistakes);
            mistakes.AddRange(
                wanted
                    .Endpoints.Where(id => !handled.Contains(id))
                    .Select(id => $"Endpoint '{id}' of {set.Name} has no handler; give it one with AddEndpoint.")
            );
            foreach (WantedComponent component in wanted.Components)
            {
                string place = $"{component.Source.Name} of {set.Name}";
                if (!ids.TryAdd(component.Id, place))
                {
                    mistakes.Add(
                        $"Component '{component.Id}' is there twice, from {ids[component.Id]} and {place}; give one of them another id."
                    );
                }
            }
        }

        return mistakes.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(mistakes.Select(PlainText.OneLine));
    }
}
