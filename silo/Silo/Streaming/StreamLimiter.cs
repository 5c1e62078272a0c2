namespace OrleansHybrid.Silo.Streaming;

/// <summary>
/// Counts what is followed at this silo: the streams of events of the API and of the page, each of which holds a connection, and the logs
/// that apps follow through grains.
/// </summary>
internal sealed class StreamLimiter(int maxPerUser = StreamLimiter.MaxPerUser, int maxTotal = StreamLimiter.MaxTotal)
{
    /// <summary>How many streams a user may have open.</summary>
    public const int MaxPerUser = 100;

    /// <summary>How many may be open in all.</summary>
    public const int MaxTotal = 2000;

    private readonly Dictionary<string, int> _open = [];
    private readonly Lock _lock = new();
    private int _all;

    /// <summary>Takes a slot until it is disposed; null when the limit of this user or of all users is reached.</summary>
    public IDisposable? TryAcquire(string userId, out bool byUser)
    {
        lock (_lock)
        {
            var open = _open.GetValueOrDefault(userId);
            byUser = open >= maxPerUser;
            if (byUser || _all >= maxTotal)
            {
                return null;
            }

            _open[userId] = open + 1;
            _all++;
            return new StreamPermit(this, userId);
        }
    }

    /// <summary>How many streams a user has open.</summary>
    public int CountOf(string userId)
    {
        lock (_lock)
        {
            return _open.GetValueOrDefault(userId);
        }
    }

    private void Release(string userId)
    {
        lock (_lock)
        {
            _all--;
            if (--_open[userId] == 0)
            {
                _open.Remove(userId);
            }
        }
    }

    private sealed class StreamPermit(StreamLimiter limiter, string userId) : IDisposable
    {
        public void Dispose() => limiter.Release(userId);
    }
}
