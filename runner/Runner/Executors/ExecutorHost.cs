using Orleans.Hybrid.Contracts.Runners;

namespace Orleans.Hybrid.Runner.Executors;

/// <summary>The executors of one session, each by the key of its task.</summary>
internal sealed class ExecutorHost(IGrainFactory grains, Func<string, string> keyOf, Func<ValueTask> end) : IAsyncDisposable
{
    public void Execute(TaskOrder order)
    {
        _ = grains.GetGrain<IExecutorGrain>(keyOf(order.Lease.TaskId)).Execute(order);
    }

    public ValueTask DisposeAsync() => end();
}
