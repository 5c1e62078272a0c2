using Orleans.Hybrid.Contracts.Runners;
using Orleans.Hybrid.Runner.Execution;
using Orleans.Hybrid.RunnerDoor;
using Orleans.Placement;
using Orleans.Runtime.Placement.Filtering;

namespace Orleans.Hybrid.Runner.Executors;

/// <remarks>
/// As a grain of a cluster it lives on the runner that claimed its task: on no other, and on no silo of the control plane, which
/// therefore can call it but never make it.
/// </remarks>
[GrainType("executor")]
[PreferLocalPlacement]
[RequiredMatchSiloMetadataPlacementFilter([RunnerMetadata.Runner])]
internal sealed partial class ExecutorGrain : IExecutionGrain
{
    public Task Cancel(int attempt, string token)
    {
        var taskId = this.GetPrimaryKeyString().Split('/')[^1];
        var lease = new LeaseRef { TaskId = taskId, Attempt = attempt, Token = token };
        tools.Leases.Find(lease)?.Interrupt(Interruption.Cancelled);
        return Task.CompletedTask;
    }
}
