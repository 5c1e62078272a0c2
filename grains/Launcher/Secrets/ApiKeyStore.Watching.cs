namespace OrleansHybrid.Launcher.Secrets;

/// <summary>Watches the file: by notifications where the system has them, and by polling every few seconds.</summary>
internal sealed partial class ApiKeyStore
{
    private async Task WatchAsync(string file, CancellationToken cancellationToken)
    {
        // The whole folder: a mounted secret is swapped by a link beside it.
        using var bell = new FileChangeSignal(Path.GetDirectoryName(Path.GetFullPath(file))!, "*", source.PollInterval, time);
        if (!bell.IsWatching)
        {
            NotWatched(source.PollInterval);
        }

        while (!cancellationToken.IsCancellationRequested)
        {
            await bell.WaitAsync(cancellationToken);
            await TryReloadAsync(cancellationToken);
        }
    }

    private async Task TryReloadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _reloading.WaitAsync(cancellationToken);
            try
            {
                await ReloadAsync(cancellationToken);
            }
            finally
            {
                _reloading.Release();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception ex)
        {
            // Its type alone: what a trial of a key fails with is not to be in a log.
            ReloadFailed(ex.GetType().Name);
        }
    }

    [LoggerMessage(5, LogLevel.Warning, "File notifications not available for the API key's folder; polling it every {Interval}")]
    private partial void NotWatched(TimeSpan interval);

    [LoggerMessage(6, LogLevel.Error, "Could not read the API key file, will retry: {Reason}")]
    private partial void ReloadFailed(string reason);
}
