using Microsoft.Extensions.Configuration;
using OrleansHybrid.Contracts.Runners;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>The setting about the labels by which tasks choose their runner.</summary>
internal static class LabelSettings
{
    /// <summary>Sorted, each once; none when nothing is set.</summary>
    public static IReadOnlyList<string> Read(IConfiguration source)
    {
        var given = source["LABELS"]?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        string[] labels = [.. given.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return RunnerLabels.AreValid(labels)
            ? labels
            : throw new ConfigurationException("LABELS", $"{RunnerLabels.Rule}, with commas between them, such as gpu,zone=eu-1.");
    }
}
