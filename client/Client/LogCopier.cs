namespace OrleansHybrid.Client;

/// <summary>Copies one task's log piece by piece, each byte once; <paramref name="read"/> gives it from an offset on.</summary>
internal sealed class LogCopier(Func<long, IAsyncEnumerable<ReadOnlyMemory<byte>>> read, Stream destination)
{
    private long _copied;

    /// <summary>The attempt that the log belongs to: the log of another attempt starts from the beginning.</summary>
    public int Attempt
    {
        get;
        set => (field, _copied) = (value, value == field ? _copied : 0);
    }

    /// <summary>Copies what came by itself.</summary>
    public async Task AppendAsync(LogAdded added, CancellationToken cancellationToken)
    {
        Attempt = added.Attempt;
        await destination.WriteAsync(added.Data, cancellationToken).ConfigureAwait(false);
        _copied += added.Data.Length;
        await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies what was added since the last call.</summary>
    public async Task CopyNewAsync(CancellationToken cancellationToken)
    {
        await foreach (var piece in read(_copied).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            await destination.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            _copied += piece.Length;
        }

        await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
