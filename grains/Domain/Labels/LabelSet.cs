namespace OrleansHybrid.Domain.Labels;

/// <summary>
/// Labels, sorted and each once, as one text with spaces between them: what a runner has, or what a task requires of one.
/// </summary>
public sealed record LabelSet(string Text)
{
    /// <summary>No labels.</summary>
    public static LabelSet None { get; } = new("");

    /// <summary>The set of these labels, none of which holds a space.</summary>
    public static LabelSet Of(IEnumerable<string> labels) =>
        Parse(string.Join(' ', labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)));

    /// <summary>Reads what <see cref="Text"/> was.</summary>
    public static LabelSet Parse(string text) => text.Length == 0 ? None : new LabelSet(text);

    /// <summary>Each label by itself.</summary>
    public IReadOnlyList<string> ToList() => Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>True when all of <paramref name="required"/> are here.</summary>
    public bool Covers(LabelSet required) => required.Text.Length == 0
        || Text == required.Text
        || required.ToList().All(ToList().ToHashSet(StringComparer.Ordinal).Contains);

    /// <summary>The labels of both.</summary>
    public LabelSet Union(LabelSet others) =>
        others.Text.Length == 0 ? this : Text.Length == 0 ? others : Of(ToList().Concat(others.ToList()));

    /// <summary>Those that are also among these.</summary>
    public LabelSet Intersect(IEnumerable<string> labels) =>
        Text.Length == 0 ? this : Of(ToList().Intersect(labels, StringComparer.Ordinal));

    /// <summary>
    /// The requirements that are not met: those that none of the runners has or, where each is somewhere but no
    /// runner has them together, all of them; none when one runner has all.
    /// </summary>
    public LabelSet MissingFrom(IReadOnlyCollection<LabelSet> runners)
    {
        if (runners.Any(runner => runner.Covers(this)) || Text.Length == 0)
        {
            return None;
        }

        var nowhere = Of(ToList().Except(runners.SelectMany(runner => runner.ToList()), StringComparer.Ordinal));
        return nowhere.Text.Length == 0 ? this : nowhere;
    }

    /// <inheritdoc />
    public override string ToString() => Text.Replace(" ", ", ", StringComparison.Ordinal);
}
