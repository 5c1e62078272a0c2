namespace Orleans.Hybrid.Runner.Tests.Support;

/// <summary>A fact that only root can establish.</summary>
internal sealed class RootFactAttribute : FactAttribute
{
    private const string Reason = "needs root: only root can become another user";

    public RootFactAttribute() => Skip = Environment.IsPrivilegedProcess ? null : Reason;
}

/// <summary>A theory that only root can establish.</summary>
internal sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute() => Skip = new RootFactAttribute().Skip;
}
