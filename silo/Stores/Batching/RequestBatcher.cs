using OrleansHybrid.Domain.Decisions;

namespace OrleansHybrid.Stores.Batching;

/// <summary>
/// Batches concurrent requests of one kind: those that arrive while a statement is in flight share the next one. When idle, a request
/// starts at once. A shared statement that fails for its data runs again request by request, so that only the faulty one fails.
/// </summary>
/// <param name="run">Executes all items of some requests; one result an item, all or nothing.</param>
/// <param name="maxWeight">The maximum weight of a statement; one heavier request still runs, alone.</param>
/// <param name="weigh">An item's weight; 1 by default.</param>
internal sealed class RequestBatcher<TItem, TResponse>(
    Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResponse>>> run, int maxWeight, Func<TItem, int>? weigh = null)
{
    private readonly Queue<Request> _waiting = new();
    private readonly Lock _lock = new();
    private bool _running;

    /// <summary>Adds a request; cancelling works while it waits, not once it is in flight.</summary>
    public Task<IReadOnlyList<TResponse>> RunAsync(IReadOnlyList<TItem> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            return Task.FromResult<IReadOnlyList<TResponse>>([]);
        }

        var request = new Request(items, weigh is null ? items.Count : items.Sum(weigh));
        request.CancelBy(cancellationToken);
        lock (_lock)
        {
            _waiting.Enqueue(request);
            if (_running)
            {
                return request.Result;
            }

            _running = true;
        }

        // On a thread of the pool: the caller may be a grain, whose turn the requests of others must not ride on.
        ThreadPool.UnsafeQueueUserWorkItem(static gatherer => _ = gatherer.RunAllAsync(), this, preferLocal: true);
        return request.Result;
    }

    private async Task RunAllAsync()
    {
        while (Take() is { Count: > 0 } together)
        {
            await RunBatchAsync(together);
        }
    }

    private List<Request> Take()
    {
        var together = new List<Request>();
        var weight = 0;
        lock (_lock)
        {
            while (_waiting.TryPeek(out var next) && (together.Count == 0 || weight + next.Weight <= maxWeight))
            {
                _waiting.Dequeue();
                if (next.Begin())
                {
                    together.Add(next);
                    weight += next.Weight;
                }
            }

            _running = together.Count > 0;
        }

        return together;
    }

    private async Task RunBatchAsync(List<Request> together)
    {
        try
        {
            var answers = await run(together.Count == 1 ? together[0].Items : [.. together.SelectMany(request => request.Items)]);
            var first = 0;
            foreach (var request in together)
            {
                request.Succeed(together.Count == 1 ? answers : [.. answers.Skip(first).Take(request.Items.Count)]);
                first += request.Items.Count;
            }
        }
        catch (Exception ex) when (together.Count == 1 || ex is StoreUnavailableException)
        {
            together.ForEach(request => request.Fail(ex));
        }
        catch (Exception)
        {
            await RunOneByOneAsync(together);
        }
    }

    private async Task RunOneByOneAsync(List<Request> together)
    {
        StoreUnavailableException? unavailable = null;
        foreach (var request in together)
        {
            try
            {
                // Once the database is unavailable, the rest need not wait for it one after the other.
                request.Succeed(unavailable is null ? await run(request.Items) : throw unavailable);
            }
            catch (Exception ex)
            {
                unavailable = ex as StoreUnavailableException;
                request.Fail(ex);
            }
        }
    }

    private sealed class Request(IReadOnlyList<TItem> items, int weight)
    {
        private readonly TaskCompletionSource<IReadOnlyList<TResponse>> _done =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        private CancellationTokenRegistration _cancelling;
        private int _begun;

        public IReadOnlyList<TItem> Items { get; } = items;

        public int Weight { get; } = weight;

        public Task<IReadOnlyList<TResponse>> Result => _done.Task;

        public void CancelBy(CancellationToken cancellationToken) => _cancelling = cancellationToken.UnsafeRegister(
            (state, token) =>
            {
                var request = (Request)state!;
                if (request.TryBegin())
                {
                    request._done.TrySetCanceled(token);
                }
            },
            this);

        /// <summary>False when it was cancelled while it waited.</summary>
        public bool Begin()
        {
            _cancelling.Unregister();
            return TryBegin();
        }

        public void Succeed(IReadOnlyList<TResponse> results) => _done.SetResult(results);

        public void Fail(Exception exception) => _done.SetException(exception);

        private bool TryBegin() => Interlocked.Exchange(ref _begun, 1) == 0;
    }
}
