using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace OrleansHybrid.Grains;

/// <summary>
/// References to grains on paths that take one for every request: the factory's own way reads the attributes of the interface each time. What
/// they say is asked for once here.
/// </summary>
public static class GrainReferences
{
    private static readonly ConditionalWeakTable<IGrainFactory, ConcurrentDictionary<Type, Kind>> Kinds = [];

    /// <summary>The grain with this key, of an interface that one class implements.</summary>
    public static TGrain GetReference<TGrain>(this IGrainFactory grains, string key)
        where TGrain : IGrainWithStringKey
    {
        var kinds = Kinds.GetOrCreateValue(grains);
        if (kinds.TryGetValue(typeof(TGrain), out var kind))
        {
            return (TGrain)grains.GetGrain(GrainId.Create(kind.Type, key), kind.Interface);
        }

        var first = grains.GetGrain<TGrain>(key);
        if (first is GrainReference reference)
        {
            kinds[typeof(TGrain)] = new Kind(reference.GrainId.Type, reference.InterfaceType);
        }

        return first;
    }

    private sealed record Kind(GrainType Type, GrainInterfaceType Interface);
}
