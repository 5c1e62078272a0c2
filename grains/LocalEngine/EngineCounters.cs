namespace Orleans.Hybrid.LocalEngine;

/// <summary>For a page to show: activations in memory by class, calls that have ended, slowest methods first.</summary>
public sealed class EngineCounters
{
    private readonly Engine _engine;

    internal EngineCounters(Engine engine) => _engine = engine;

    public IReadOnlyDictionary<string, int> Activations =>
        _engine.Kinds.ToDictionary(kind => kind.Type.Name, kind => kind.Activations.Count);

    public long Calls => _engine.Methods.Sum(method => method.Calls);

    public IReadOnlyList<MethodTiming> SlowestMethods => [.. _engine.Methods
        .Where(method => method.Calls > 0)
        .Select(method => new MethodTiming(method.FullName, method.Calls, method.Mean))
        .OrderByDescending(timing => timing.Mean)];
}

/// <summary>How long a method took on average, with the waits inside it but not the wait for its turn.</summary>
public sealed record MethodTiming(string Method, long Calls, TimeSpan Mean);
