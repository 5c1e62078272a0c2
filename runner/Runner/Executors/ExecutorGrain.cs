using Microsoft.Extensions.Logging;
using Orleans.Hybrid.Contracts.Runners;
using Orleans.Hybrid.Runner.Execution;

namespace Orleans.Hybrid.Runner.Executors;

/// <inheritdoc cref="IExecutorGrain"/>
internal sealed partial class ExecutorGrain(ExecutionTools tools, ILogger<ExecutorGrain> logger) : Grain, IExecutorGrain
{
    public async Task Execute(TaskOrder order)
    {
        var counts = true;
        try
        {
            counts = tools.Leases.Find(order.Lease) is { } lease && await new TaskExecution(order, lease, tools).RunAsync();
        }
        catch (Exception e)
        {
            // Nothing renews the lease any more, so that the task is found again when it lapses.
            logger.ExecutionFailed(e, order.Lease.TaskId);
            tools.Leases.Remove(order.Lease);
        }
        finally
        {
            tools.Capacity.Return(counts);
            DeactivateOnIdle();
        }
    }
}
