using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Supervision;

namespace OrleansHybrid.Runner.Listening;

/// <summary>Whether the runner takes tasks. Its engine is asked for that, but not more often than it makes sense, whoever asks us.</summary>
internal sealed class Readiness(Vitals vitals, ISandboxes sandboxes, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _turn = new();
    private Task<bool>? _asking;
    private long _askedAt;

    /// <summary>Null when it does, else why not: in words that tell a stranger nothing.</summary>
    public async Task<string?> WhyNotAsync() => vitals.NotReady ?? (await EngineAnswersAsync() ? null : "engine away");

    private Task<bool> EngineAnswersAsync()
    {
        lock (_turn)
        {
            if (_asking is null || (_asking.IsCompleted && time.GetElapsedTime(_askedAt) > Fresh))
            {
                (_asking, _askedAt) = (AskAsync(), time.GetTimestamp());
            }

            return _asking;
        }
    }

    private async Task<bool> AskAsync()
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await sandboxes.ReadyAsync(patience.Token);
            return true;
        }
        catch (Exception ex) when (ex is SandboxException or OperationCanceledException)
        {
            return false;
        }
    }
}
