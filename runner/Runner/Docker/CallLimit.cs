namespace OrleansHybrid.Runner.Docker;

/// <summary>How long a call may take, unless its caller gives up before; one that moves may get more time.</summary>
internal sealed class CallLimit : IDisposable
{
    private readonly TimeSpan _length;
    private readonly CancellationTokenSource _clock;
    private readonly CancellationTokenSource _either;

    public CallLimit(TimeSpan length, TimeProvider time, CancellationToken cancellationToken)
    {
        this._length = length;
        _clock = new CancellationTokenSource(length, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_clock.Token, cancellationToken);
    }

    /// <summary>Cancelled when the time is over or the caller has given up.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Starts counting from zero.</summary>
    public void Renew() => _clock.CancelAfter(_length);

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _clock.Dispose();
    }
}
