namespace OrleansHybrid.Silo.Nimbix.Keys;

/// <summary>Sees the file change: at once where the system tells, and every few seconds where it does not.</summary>
internal sealed partial class KeyVault
{
    private async Task WatchAsync(string file, CancellationToken cancellationToken)
    {
        // The whole folder: a mounted secret is swapped by a link beside it.
        using var bell = new FileBell(Path.GetDirectoryName(Path.GetFullPath(file))!, "*", source.LookEvery, time);
        if (!bell.IsTold)
        {
            NotWatched(source.LookEvery);
        }

        while (!cancellationToken.IsCancellationRequested)
        {
            await bell.NextAsync(cancellationToken);
            await LookOnceAsync(cancellationToken);
        }
    }

    private async Task LookOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _oneLook.WaitAsync(cancellationToken);
            try
            {
                await LookAsync(cancellationToken);
            }
            finally
            {
                _oneLook.Release();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception ex)
        {
            // Its type alone: what a trial of a key fails with is not to be in a log.
            LookFailed(ex.GetType().Name);
        }
    }

    [LoggerMessage(5, LogLevel.Warning, "The system does not tell when the key's folder changes: it is looked at every {Interval}")]
    private partial void NotWatched(TimeSpan interval);

    [LoggerMessage(6, LogLevel.Error, "A look at the file of the key failed and comes again: {Reason}")]
    private partial void LookFailed(string reason);
}
