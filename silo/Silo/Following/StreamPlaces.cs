namespace Orleans.Hybrid.Silo.Following;

/// <summary>Counts the streams of events that each user has open at this silo: each holds a connection.</summary>
internal sealed class StreamPlaces
{
    /// <summary>How many streams a user may have open.</summary>
    public const int MostOfUser = 100;

    private readonly Dictionary<string, int> _open = [];
    private readonly Lock _lock = new();

    /// <summary>A place until it is disposed; null when the user has taken all.</summary>
    public IDisposable? TryTake(string userId)
    {
        lock (_lock)
        {
            var open = _open.GetValueOrDefault(userId);
            if (open >= MostOfUser)
            {
                return null;
            }

            _open[userId] = open + 1;
            return new Place(this, userId);
        }
    }

    /// <summary>How many streams a user has open.</summary>
    public int Of(string userId)
    {
        lock (_lock)
        {
            return _open.GetValueOrDefault(userId);
        }
    }

    private void Return(string userId)
    {
        lock (_lock)
        {
            if (--_open[userId] == 0)
            {
                _open.Remove(userId);
            }
        }
    }

    private sealed class Place(StreamPlaces places, string userId) : IDisposable
    {
        public void Dispose() => places.Return(userId);
    }
}
