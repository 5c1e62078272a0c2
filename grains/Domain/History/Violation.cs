namespace OrleansHybrid.Domain.History;

/// <summary>A promise that a history breaks: docs/guarantees.md says what its invariant means.</summary>
/// <param name="Invariant"><c>I1</c> to <c>I8</c>.</param>
/// <param name="Task">The task.</param>
/// <param name="Sentence">What is wrong.</param>
/// <param name="Events">What shows it, in words.</param>
public sealed record Violation(string Invariant, string Task, string Sentence, IReadOnlyList<string> Events)
{
    /// <inheritdoc />
    public override string ToString() => $"{Invariant} {Task}: {Sentence}{string.Concat(Events.Select(each => $"\n    {each}"))}";
}
