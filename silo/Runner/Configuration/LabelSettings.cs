using OrleansHybrid.Contracts.Runners;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>The setting about the labels by which tasks choose their runner.</summary>
internal static class LabelSettings
{
    /// <summary>Sorted, each once; none when nothing is set.</summary>
    public static IReadOnlyList<string> Read(SettingReader settings) => settings.Read(
        "LABELS", [], Parse, $"{RunnerLabels.Rule}, with commas between them, such as gpu,zone=eu-1.");

    private static string[]? Parse(string text)
    {
        var given = text.Split(',', StringSplitOptions.TrimEntries);
        string[] labels = [.. given.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return RunnerLabels.AreValid(labels) ? labels : null;
    }
}
