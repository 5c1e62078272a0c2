using System.Threading.Channels;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>The requests of one verb, in order of arrival.</summary>
internal sealed class Seen<T>
{
    private readonly Channel<T> channel = Channel.CreateUnbounded<T>();
    private int count;

    public int Count => Volatile.Read(ref count);

    public void Add(T request)
    {
        Interlocked.Increment(ref count);
        channel.Writer.TryWrite(request);
    }

    /// <summary>Passes over what has arrived so far.</summary>
    public void Clear() => Take();

    /// <summary>What has arrived so far.</summary>
    public IReadOnlyList<T> Take()
    {
        var taken = new List<T>();
        while (channel.Reader.TryRead(out var request))
        {
            taken.Add(request);
        }

        return taken;
    }

    public Task<T> NextAsync() => channel.Reader.ReadAsync().AsTask();

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
