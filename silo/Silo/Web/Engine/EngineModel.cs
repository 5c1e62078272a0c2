namespace Orleans.Hybrid.Silo.Web.Engine;

/// <summary>What the engine of one process has counted since it started.</summary>
public sealed record EngineModel
{
    /// <summary>Grains in memory, by class.</summary>
    public required IReadOnlyList<KeyValuePair<string, int>> Activations { get; init; }

    /// <summary>Calls that have ended.</summary>
    public required long Calls { get; init; }

    /// <summary>Methods that were called, the slowest first.</summary>
    public required IReadOnlyList<MethodRow> Methods { get; init; }
}

/// <summary>A grain's method, how often it was called and how long it took on average, waits inside it included.</summary>
public sealed record MethodRow(string Name, long Calls, TimeSpan Mean);
