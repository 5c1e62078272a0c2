namespace OrleansHybrid.Runner.Sessions;

/// <summary>The session whose scope this is, and its drain.</summary>
internal sealed class SessionContext(LifetimeMonitor lifetime) : IDisposable
{
    /// <summary>Set before anything else of the scope is asked for.</summary>
    public RunnerSession Session { get; set; } = null!;

    /// <summary>Fires when no more is to be claimed, by whomever it is asked.</summary>
    public CancellationTokenSource Drain { get; } = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Drain);

    public void Dispose() => Drain.Dispose();
}

/// <summary>A service that runs as long as its session; an exception from it ends the session.</summary>
internal interface ISessionLoop
{
    Task RunAsync(CancellationToken cancellationToken);
}
