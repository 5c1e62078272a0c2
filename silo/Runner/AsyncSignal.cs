namespace OrleansHybrid.Runner;

/// <summary>
/// Wakes those who wait for a change. Take <see cref="NextSignal"/>, check what may have changed, then wait: a signal in between
/// is not missed.
/// </summary>
internal sealed class AsyncSignal
{
    private TaskCompletionSource _next = New();

    public Task NextSignal => Volatile.Read(ref _next).Task;

    public void Signal() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    private static TaskCompletionSource New() =>
        new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
}
