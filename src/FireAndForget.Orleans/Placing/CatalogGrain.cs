using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FireAndForget.Orleans.Placing;

/// <summary>
/// Keeps which components are deployed, for a cluster that starts again after all its silos had stopped. It is one of several
/// parts, chosen by the hash of an id, and is kept in the grain storage where the silo has one.
/// </summary>
[Alias("FireAndForget.ICatalogGrain")]
internal interface ICatalogGrain : IGrainWithIntegerKey
{
    [Alias("Put")]
    Task PutAsync(CatalogItem item);

    [Alias("Remove")]
    Task RemoveAsync(string id);

    [Alias("All")]
    Task<CatalogItem[]> AllAsync();
}

/// <summary>A component that is deployed.</summary>
[GenerateSerializer, Immutable, Alias("FireAndForget.CatalogItem")]
internal sealed record CatalogItem
{
    [Id(0)]
    public string Id { get; init; } = "";

    [Id(1)]
    public string Wasm { get; init; } = "";

    [Id(2)]
    public string Options { get; init; } = "";
}

/// <inheritdoc cref="ICatalogGrain"/>
internal sealed class CatalogGrain(IServiceProvider services) : Grain, ICatalogGrain
{
    private const string StateName = "catalog";

    private readonly IGrainStorage? _storage = services.GetKeyedService<IGrainStorage>(
        FireAndForgetClusterOptions.StorageName
    );
    private readonly GrainState<CatalogState> _state = new(new CatalogState());
    private Dictionary<string, CatalogItem> _items = new(StringComparer.Ordinal);

    /// <summary>How many parts there are.</summary>
    public const int Parts = 16;

    /// <summary>The part of an id, the same on every silo.</summary>
    public static int PartOf(string id) => (int)(id.Aggregate(17u, (hash, c) => (hash * 31) + c) % Parts);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_storage is not null)
        {
            await _storage.ReadStateAsync(StateName, this.GetGrainId(), _state);
            CatalogItem[] items =
                _state.State!.Json.Length == 0 ? [] : JsonSerializer.Deserialize<CatalogItem[]>(_state.State!.Json)!;
            _items = items.ToDictionary(item => item.Id, StringComparer.Ordinal);
        }
    }

    public Task PutAsync(CatalogItem item)
    {
        if (_items.TryGetValue(item.Id, out CatalogItem? known) && known == item)
        {
            return Task.CompletedTask;
        }

        return WriteAsync(new(_items, StringComparer.Ordinal) { [item.Id] = item });
    }

    public Task RemoveAsync(string id)
    {
        Dictionary<string, CatalogItem> rest = new(_items, StringComparer.Ordinal);
        return rest.Remove(id) ? WriteAsync(rest) : Task.CompletedTask;
    }

    public Task<CatalogItem[]> AllAsync() => Task.FromResult<CatalogItem[]>([.. _items.Values]);

    private async Task WriteAsync(Dictionary<string, CatalogItem> items)
    {
        if (_storage is not null)
        {
            try
            {
                _state.State!.Json = JsonSerializer.Serialize(items.Values);
                await _storage.WriteStateAsync(StateName, this.GetGrainId(), _state);
            }
            catch
            {
                // Whether it was written is not known, so the next call reads what the storage has.
                DeactivateOnIdle();
                throw;
            }
        }

        _items = items;
    }
}

/// <summary>What a grain storage keeps of a part of the catalog.</summary>
[GenerateSerializer, Alias("FireAndForget.CatalogState")]
internal sealed class CatalogState
{
    [Id(0)]
    public string Json { get; set; } = "";
}
