using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Orleans.Runtime.Placement.Filtering;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Executors;

/// <inheritdoc cref="IExecutorGrain"/>
/// <remarks>It is placed on the silo that claimed its task: in a process that is one of several silos, on no other.</remarks>
[GrainType("executor")]
[PreferLocalPlacement]
[RequiredMatchSiloMetadataPlacementFilter([ExecutorHostingExtensions.MetadataKey])]
internal sealed class ExecutorGrain(ExecutorSessions sessions, ILogger<ExecutorGrain> logger) : Grain, IExecutorGrain
{
    public async Task Execute(TaskAssignment assignment)
    {
        var executor = this.GetPrimaryKeyString();
        var tools = sessions.Find(executor.Split('/')[0])?.Services
            ?? throw new UnreachableException($"the session of executor {executor} is over");
        var counts = true;
        try
        {
            counts = tools.Leases.Find(assignment.Lease) is { } lease && await new TaskExecution(assignment, lease, tools).RunAsync();
        }
        catch (Exception ex)
        {
            // The lease is no longer renewed, so the task is requeued when it expires.
            logger.ExecutionFailed(ex, assignment.Lease.TaskId);
            tools.Leases.Remove(assignment.Lease);
        }
        finally
        {
            _ = tools.Agent.Release(assignment.Lease, counts);
            DeactivateOnIdle();
        }
    }
}
