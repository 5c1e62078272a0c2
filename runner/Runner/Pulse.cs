namespace OrleansHybrid.Runner;

/// <summary>
/// Wakes who waits for a change. Take <see cref="Next"/>, look at what may have changed, then wait: a beat in between
/// is not missed.
/// </summary>
internal sealed class Pulse
{
    private TaskCompletionSource _next = New();

    public Task Next => Volatile.Read(ref _next).Task;

    public void Beat()
    {
        Interlocked.Exchange(ref _next, New()).TrySetResult();
    }

    private static TaskCompletionSource New()
    {
        return new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
