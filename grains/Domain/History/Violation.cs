namespace OrleansHybrid.Domain.History;

/// <summary>A violated invariant; docs/reference/guarantees.md defines them.</summary>
/// <param name="Invariant"><c>I1</c> to <c>I8</c>.</param>
/// <param name="Task">The task.</param>
/// <param name="Sentence">The problem, as a sentence.</param>
/// <param name="Events">The events that show it, as text.</param>
public sealed record Violation(string Invariant, string Task, string Sentence, IReadOnlyList<string> Events)
{
    /// <inheritdoc />
    public override string ToString() => $"{Invariant} {Task}: {Sentence}{string.Concat(Events.Select(each => $"\n    {each}"))}";
}
