using System.Threading.Channels;

namespace Orleans.Hybrid.Silo.Nimbix.Keys;

/// <summary>Sees the file change: at once where the system tells, and every few seconds where it does not.</summary>
internal sealed partial class KeyVault
{
    private async Task WatchAsync(string file, CancellationToken cancel)
    {
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var watcher = Watch(file, changes.Writer);
        while (!cancel.IsCancellationRequested)
        {
            using var rest = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var change = changes.Reader.WaitToReadAsync(rest.Token).AsTask();
            await Task.WhenAny(change, Task.Delay(source.LookEvery, time, rest.Token));
            await rest.CancelAsync();
            changes.Reader.TryRead(out _);
            await LookOnceAsync(cancel);
        }
    }

    private async Task LookOnceAsync(CancellationToken cancel)
    {
        try
        {
            await _oneLook.WaitAsync(cancel);
            try
            {
                await LookAsync(cancel);
            }
            finally
            {
                _oneLook.Release();
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return;
        }
        catch (Exception trouble)
        {
            // Its type alone: what a trial of a key fails with is not to be in a log.
            LookFailed(trouble.GetType().Name);
        }
    }

    // The whole folder: a mounted secret is swapped by a link beside it.
    private FileSystemWatcher? Watch(string file, ChannelWriter<bool> changes)
    {
        try
        {
            var watcher = new FileSystemWatcher(Path.GetDirectoryName(Path.GetFullPath(file))!);
            FileSystemEventHandler tell = (_, _) => changes.TryWrite(true);
            watcher.Changed += tell;
            watcher.Created += tell;
            watcher.Renamed += (_, _) => changes.TryWrite(true);
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception trouble) when (trouble is IOException or ArgumentException)
        {
            NotWatched(source.LookEvery);
            return null;
        }
    }

    [LoggerMessage(5, LogLevel.Warning, "The system does not tell when the key's folder changes: it is looked at every {Interval}")]
    private partial void NotWatched(TimeSpan interval);

    [LoggerMessage(6, LogLevel.Error, "A look at the file of the key failed and comes again: {Reason}")]
    private partial void LookFailed(string reason);
}
