namespace Orleans.Hybrid.LocalEngine;

/// <summary>How the engine treats its grains.</summary>
public sealed record LocalEngineOptions
{
    /// <summary>How long an activation lives without being called.</summary>
    public TimeSpan IdleAge { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>For tests: what the engine does to find grains that trust a single process too much.</summary>
    public Harshness? Harshness { get; init; }
}

/// <summary>What several silos may do to a grain, by chance from a seed: arguments and results go through System.Text.Json,
/// waiting calls and turns run in any order, and activations end when a request has ended, with a chance from 0 to 1.</summary>
public sealed record Harshness(
    int Seed, bool CopyMessages = true, bool ShuffleTurns = true, double DeactivationChance = 0.1);
