namespace OrleansHybrid.Runner.Docker;

/// <summary>How long a call may take, unless its caller gives up before; one that moves may get more time.</summary>
internal sealed class CallLimit : IDisposable
{
    private readonly TimeSpan length;
    private readonly CancellationTokenSource clock;
    private readonly CancellationTokenSource either;

    public CallLimit(TimeSpan length, TimeProvider time, CancellationToken cancel)
    {
        this.length = length;
        clock = new CancellationTokenSource(length, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
    }

    /// <summary>Cancelled when the time is over or the caller has given up.</summary>
    public CancellationToken Token => either.Token;

    /// <summary>Starts counting from zero.</summary>
    public void Renew() => clock.CancelAfter(length);

    /// <inheritdoc/>
    public void Dispose()
    {
        either.Dispose();
        clock.Dispose();
    }
}
