using System.Threading.Channels;

namespace OrleansHybrid.Launcher.Secrets;

/// <summary>Signals that a file may have changed: by notifications where the system has them, and by polling.</summary>
internal sealed class FileChangeSignal : IDisposable
{
    private readonly Channel<bool> _changes =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly TimeSpan _period;
    private readonly TimeProvider _time;
    private readonly FileSystemWatcher? _watcher;

    /// <summary>For what fits the filter in a folder.</summary>
    public FileChangeSignal(string folder, string filter, TimeSpan period, TimeProvider time)
    {
        (_period, _time) = (period, time);
        try
        {
            _watcher = new FileSystemWatcher(folder, filter);
            FileSystemEventHandler tell = (_, _) => _changes.Writer.TryWrite(true);
            _watcher.Changed += tell;
            _watcher.Created += tell;
            _watcher.Renamed += (_, _) => _changes.Writer.TryWrite(true);
            _watcher.EnableRaisingEvents = true;
        }
        catch (Exception ex) when (ex is IOException or ArgumentException)
        {
            _watcher?.Dispose();
            _watcher = null;
        }
    }

    /// <summary>False without file notifications: the system allows no more watches.</summary>
    public bool IsWatching => _watcher is not null;

    /// <summary>Completes with the next signal, or when it is cancelled; does not throw.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_changes.Reader.WaitToReadAsync(either.Token).AsTask(), Task.Delay(_period, _time, either.Token));
        await either.CancelAsync();
        _changes.Reader.TryRead(out _);
    }

    public void Dispose() => _watcher?.Dispose();
}
