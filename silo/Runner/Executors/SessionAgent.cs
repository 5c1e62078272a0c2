using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.Workers;

namespace OrleansHybrid.Runner.Executors;

/// <summary>The session as its grains know it, as long as this is there: it lets the session's agent claim, and waits until that ends.</summary>
internal sealed class SessionAgent : ISessionLoop, IDisposable
{
    private readonly ExecutorSessions _sessions;
    private readonly ClaimLoop _claims;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _end;

    public SessionAgent(ExecutionServices services, ClaimLoop claims, ExecutorSessions sessions)
    {
        (Services, _claims, _sessions) = (services, claims, sessions);
        sessions.Open(this);
    }

    /// <summary>The services that executors use.</summary>
    public ExecutionServices Services { get; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _end = cancellationToken;
        await Services.Agent.Start();
        await _ended.Task;
    }

    /// <summary>Claims in the agent's turns; how it ends is the session's to judge.</summary>
    public async Task ClaimAsync()
    {
        try
        {
            await _claims.RunAsync(_end);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            _ended.TrySetCanceled(_end);
        }
        catch (Exception ex)
        {
            _ended.TrySetException(ex);
        }
    }

    public void Dispose() => _sessions.Close(this);
}
