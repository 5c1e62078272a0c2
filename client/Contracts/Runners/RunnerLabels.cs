using System.Buffers;

namespace OrleansHybrid.Contracts.Runners;

/// <summary>The form of the labels that runners have and tasks require: <c>gpu</c>, <c>zone=eu-1</c>.</summary>
public static class RunnerLabels
{
    /// <summary>How many a runner may have, or a task require.</summary>
    public const int MaxCount = 32;

    /// <summary>The length of the longest.</summary>
    public const int MaxLength = 63;

    /// <summary>The rule for a label, for messages.</summary>
    public const string Rule =
        "must be at most 32 labels, each name or name=value of lower-case letters, digits, '.', '_', '-' and '/', with at most 63 characters";

    private static readonly SearchValues<char> Good = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-/");

    /// <summary>True for what can be a label.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        var cut = text.IndexOf('=');
        return text.Length <= MaxLength
            && (cut < 0 ? IsValidPart(text) : IsValidPart(text[..cut]) && IsValidPart(text[(cut + 1)..]));
    }

    /// <summary>True for what can be the labels of a runner, or of a task.</summary>
    public static bool AreValid(IReadOnlyList<string> labels) => labels.Count <= MaxCount && labels.All(label => IsValid(label));

    private static bool IsValidPart(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExcept(Good);
}
