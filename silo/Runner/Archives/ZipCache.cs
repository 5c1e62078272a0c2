using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Archives;

/// <summary>
/// The zips of code packages on this host, in a private folder that outlives the process: each is downloaded once, however many tasks
/// wait for it, and kept until its room is needed. What a file is called says what is in it, so that two revisions may share one.
/// </summary>
internal sealed class ZipCache
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, CachedZip> _zips = [];
    private readonly AsyncSignal _freed = new();
    private readonly string _folder;
    private readonly long _limit;
    private readonly TimeProvider _time;

    public ZipCache(StateFolder state, long limit, TimeProvider time)
    {
        _folder = state.PathOf("zips");
        this._limit = limit;
        this._time = time;
        try
        {
            PrivateFile.CreateFolder(_folder);
            LoadExisting();
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException("STATE_DIR", $"must be a folder that this user may write: {ex.Message}");
        }
    }

    /// <summary>Keeps a zip from being evicted until the use is disposed. Throws <see cref="SandboxException"/>.</summary>
    public ZipHandle Acquire(TaskZip zip)
    {
        var name = CachedZip.FileNameOf(zip);
        lock (_lock)
        {
            if (!_zips.TryGetValue(name, out var cached))
            {
                _zips[name] = cached = new CachedZip(Path.Combine(_folder, name), zip.Size, zip.Sha256);
            }

            cached.UseCount++;
            return new ZipHandle(this, cached);
        }
    }

    /// <summary>Waits until there is room for a zip, which then is its own.</summary>
    public async Task MakeRoomAsync(CachedZip zip, CancellationToken cancellationToken)
    {
        if (zip.Size > _limit)
        {
            throw new SandboxException(
                $"The zip has {zip.Size} bytes, and this runner keeps {_limit} at most: its setting is ZIP_CACHE_LIMIT.",
                isTransient: false);
        }

        while (true)
        {
            var change = _freed.NextSignal;
            lock (_lock)
            {
                zip.ReservedBytes = 0;
                if (Evict(_limit - zip.Size))
                {
                    zip.ReservedBytes = zip.Size;
                    return;
                }
            }

            await change.WaitAsync(cancellationToken);
        }
    }

    public void Release(CachedZip zip)
    {
        lock (_lock)
        {
            zip.UseCount--;
            zip.Touch(_time.GetUtcNow());
            if (zip is { UseCount: 0, IsOnDisk: false })
            {
                Remove(zip);
            }
        }

        _freed.Signal();
    }

    private void LoadExisting()
    {
        foreach (var file in new DirectoryInfo(_folder).EnumerateFiles())
        {
            if (CachedZip.TryRead(file) is { } found)
            {
                _zips[file.Name] = found;
            }
            else
            {
                // A download that an earlier run did not finish.
                file.Delete();
            }
        }

        Evict(_limit);
    }

    /// <summary>Removes what was used least recently until no more than <paramref name="maxBytes"/> is left; false when it can't.</summary>
    private bool Evict(long maxBytes)
    {
        while (_zips.Values.Sum(zip => zip.ReservedBytes) > maxBytes)
        {
            if (_zips.Values.Where(zip => zip.UseCount == 0).MinBy(zip => zip.UsedAt) is not { } oldest)
            {
                return false;
            }

            Remove(oldest);
        }

        return true;
    }

    private void Remove(CachedZip zip)
    {
        zip.Dispose();
        _zips.Remove(zip.Name);
    }
}

/// <summary>One task's hold on a zip of the cache.</summary>
internal sealed class ZipHandle(ZipCache cache, CachedZip zip) : IDisposable
{
    private bool _released;

    /// <summary>
    /// Opens the zip once it is there and proven: <paramref name="fetch"/> brings what is missing, unless another task does so first.
    /// </summary>
    /// <param name="fetch">Gives some bytes from an offset on.</param>
    /// <param name="onWaiting">Called when the zip is not at hand.</param>
    /// <param name="cancellationToken">Ends the wait of this task only: another one goes on from where it was.</param>
    public Task<FileStream> OpenAsync(
        Func<long, CancellationToken, Task<byte[]>> fetch, Action onWaiting, CancellationToken cancellationToken) =>
        zip.OpenAsync(() => cache.MakeRoomAsync(zip, cancellationToken), fetch, onWaiting, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_released)
        {
            _released = true;
            cache.Release(zip);
        }
    }
}
