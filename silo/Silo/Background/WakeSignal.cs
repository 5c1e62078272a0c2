namespace OrleansHybrid.Silo.Background;

/// <summary>Wakes a background service of this silo when it has something to do at once.</summary>
internal abstract class WakeSignal
{
    private volatile TaskCompletionSource _signaled = New();

    /// <summary>Completes when it is signaled, or was since the last reset.</summary>
    public Task Signaled => _signaled.Task;

    /// <summary>Signals, after the row was written.</summary>
    public void Signal() => _signaled.TrySetResult();

    /// <summary>Resets it, before the rows are read: a signal from here on may be about rows that this read misses.</summary>
    public void Reset() => _signaled = New();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
