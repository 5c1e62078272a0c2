using System.Threading.Channels;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>The requests of one verb, in order of arrival.</summary>
internal sealed class ReceivedRequests<T>
{
    private readonly Channel<T> _channel = Channel.CreateUnbounded<T>();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Add(T request)
    {
        Interlocked.Increment(ref _count);
        _channel.Writer.TryWrite(request);
    }

    /// <summary>Passes over what has arrived so far.</summary>
    public void Clear() => Take();

    /// <summary>The requests received so far.</summary>
    public IReadOnlyList<T> Take()
    {
        var taken = new List<T>();
        while (_channel.Reader.TryRead(out var request))
        {
            taken.Add(request);
        }

        return taken;
    }

    public Task<T> NextAsync() => _channel.Reader.ReadAsync().AsTask();

    /// <summary>The next request that fits; those before it are passed over.</summary>
    public async Task<T> NextAsync(Predicate<T> fits)
    {
        while (true)
        {
            if (await NextAsync() is var request && fits(request))
            {
                return request;
            }
        }
    }
}
