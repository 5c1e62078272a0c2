namespace OrleansHybrid.Silo.Background;

/// <summary>Wakes a sweep of this silo when there is something for it to do at once.</summary>
internal abstract class WakeSignal
{
    private volatile TaskCompletionSource _signaled = New();

    /// <summary>Completes when somebody rings, or has rung since it was last set.</summary>
    public Task Signaled => _signaled.Task;

    /// <summary>Rings, after the row was written.</summary>
    public void Signal() => _signaled.TrySetResult();

    /// <summary>Sets it again, before the rows are read: whoever rings from here on has written what that may miss.</summary>
    public void Reset() => _signaled = New();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
