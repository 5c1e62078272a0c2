namespace OrleansHybrid.Runner;

/// <summary>Waits that end with whatever comes first.</summary>
internal static class AsyncWait
{
    /// <summary>True when <paramref name="signal"/> came, false when the time was over first.</summary>
    public static async Task<bool> WaitAsync(
        Task signal, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        if (signal.IsCompleted)
        {
            return true;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(signal, Task.Delay(timeout, time, either.Token));
        cancellationToken.ThrowIfCancellationRequested();
        await either.CancelAsync();
        return signal.IsCompleted;
    }

    /// <summary>Ends when <paramref name="signal"/> fires; throws when <paramref name="cancel"/> does so first.</summary>
    public static async Task WaitForCancellationAsync(CancellationToken signal, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(signal, cancel);
        await Task.Delay(Timeout.InfiniteTimeSpan, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!signal.IsCancellationRequested)
        {
            cancel.ThrowIfCancellationRequested();
        }
    }
}
