using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Domain.Labels;

namespace OrleansHybrid.Silo.Api.Iron;

/// <content>Labels of runners, and what tasks require of them.</content>
internal static partial class IronMapping
{
    private const string RequiredLabels = "required_labels";

    /// <summary>The labels required of runners, as an array or with commas between; null when the request has none.</summary>
    public static LabelSet? ReadLabels(IronJsonReader asked)
    {
        if (asked.Strings(RequiredLabels, RunnerLabels.MaxCount) is not { } given)
        {
            return null;
        }

        const StringSplitOptions clean = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        string[] labels = [.. given.SelectMany(text => text.Split(',', clean)).Distinct(StringComparer.Ordinal)];
        return RunnerLabels.AreValid(labels) ? LabelSet.Of(labels) : throw asked.CreateError($"{RequiredLabels} {RunnerLabels.Rule}");
    }

    /// <summary>The single labels; null, which is left out, when there are none.</summary>
    public static IReadOnlyList<string>? ToContract(LabelSet labels) => labels == LabelSet.None ? null : labels.ToList();
}
