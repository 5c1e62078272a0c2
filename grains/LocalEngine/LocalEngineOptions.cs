namespace Orleans.Hybrid.LocalEngine;

/// <summary>How the engine treats its grains.</summary>
public sealed record LocalEngineOptions
{
    /// <summary>How long an activation lives without being called.</summary>
    public TimeSpan IdleAge { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>For tests: what the engine does to find grains that trust a single process too much.</summary>
    public Harshness? Harshness { get; init; }
}

/// <summary>What several silos may do to a grain, by chance: copies through JSON, turns in any order, ends.</summary>
public sealed record Harshness(
    int Seed, bool CopyMessages = true, bool ShuffleTurns = true, double DeactivationChance = 0.1);
