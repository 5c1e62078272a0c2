using OrleansHybrid.Bench.Load;
using OrleansHybrid.Bench.Raw;

namespace OrleansHybrid.Bench.Scenarios;

/// <summary>Clients of a bare database that work side by side, each on a thread of its own.</summary>
internal sealed class RawClientPool(IRawStore store, int clients) : IDisposable
{
    private readonly IRawClient[] _clients = [.. Enumerable.Range(0, Math.Min(clients, store.Clients)).Select(_ => store.Connect())];

    /// <summary>One of them.</summary>
    public IRawClient First => _clients[0];

    /// <summary>All of them do the same until the round is over; <paramref name="work"/> answers how many tasks it did.</summary>
    public Task RunAsync(Round round, Func<IRawClient, int> work) =>
        Task.WhenAll(_clients.Select(client => Task.Factory.StartNew(
            () =>
            {
                while (round.IsOpen)
                {
                    round.Record(work(client));
                }
            },
            TaskCreationOptions.LongRunning)));

    public void Dispose()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }
    }
}
