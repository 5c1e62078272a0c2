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

/// <summary>A fact about runners that listen on nothing: not for a runner that is a silo, and only root can establish it.</summary>
internal sealed class SilentRunnerFactAttribute : FactAttribute
{
    public SilentRunnerFactAttribute() => Skip = Engines.AreSilos
        ? "is about a runner that is no silo: one listens for the others"
        : new RootFactAttribute().Skip;
}
