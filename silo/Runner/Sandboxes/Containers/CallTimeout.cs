namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>How long a call may take, unless its caller gives up before; one that moves may get more time.</summary>
internal sealed class CallTimeout : IDisposable
{
    private readonly TimeSpan _length;
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _linked;

    public CallTimeout(TimeSpan length, TimeProvider time, CancellationToken cancellationToken)
    {
        this._length = length;
        _timeout = new CancellationTokenSource(length, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, cancellationToken);
    }

    /// <summary>Cancelled when the time is over or the caller has given up.</summary>
    public CancellationToken Token => _linked.Token;

    /// <summary>Starts counting from zero.</summary>
    public void Restart() => _timeout.CancelAfter(_length);

    /// <inheritdoc/>
    public void Dispose()
    {
        _linked.Dispose();
        _timeout.Dispose();
    }
}
