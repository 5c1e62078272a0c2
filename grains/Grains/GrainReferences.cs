using System.Runtime.CompilerServices;

namespace OrleansHybrid.Grains;

/// <summary>
/// References to grains on paths that take one for every request: the factory's own way reads the attributes of the interface each time. What
/// they say is asked for once here.
/// </summary>
/// <typeparam name="TGrain">The grain's interface, which one class implements.</typeparam>
public static class GrainReferences<TGrain>
    where TGrain : IGrainWithStringKey
{
    private static readonly ConditionalWeakTable<IGrainFactory, Kind> Kinds = [];

    /// <summary>The grain with this key.</summary>
    public static TGrain Get(IGrainFactory grains, string key)
    {
        ArgumentNullException.ThrowIfNull(grains);
        if (Kinds.TryGetValue(grains, out var kind))
        {
            return (TGrain)grains.GetGrain(GrainId.Create(kind.Type, key), kind.Interface);
        }

        var first = grains.GetGrain<TGrain>(key);
        if (first is GrainReference reference)
        {
            Kinds.TryAdd(grains, new Kind(reference.GrainId.Type, reference.InterfaceType));
        }

        return first;
    }

    private sealed record Kind(GrainType Type, GrainInterfaceType Interface);
}
