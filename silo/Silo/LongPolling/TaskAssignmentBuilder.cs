using System.Diagnostics;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.Api.RunnerProtocol;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.LongPolling;

/// <summary>Turns leases into all that a runner needs to work under them.</summary>
internal sealed partial class TaskAssignmentBuilder(
    ITaskStore tasks, EntityCache cache, RegistryCredentialStore registryCredentials, ILogger<TaskAssignmentBuilder> log)
{
    /// <summary>The assignments by lease; leases that have ended or are stopping are left out.</summary>
    /// <param name="leases">The leases.</param>
    /// <param name="read">Those of their tasks that were read with the claim.</param>
    /// <param name="claims">The traces of the claims that take them; null when a runner asks once more for what it was given.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyDictionary<LeaseFence, TaskAssignment>> BuildAsync(
        IReadOnlyList<LeaseFence> leases, IReadOnlyList<LeasedTask> read, IReadOnlyDictionary<LeaseFence, ActivityContext>? claims,
        CancellationToken cancellationToken)
    {
        var assignments = new Dictionary<LeaseFence, TaskAssignment>(leases.Count);
        var missing = leases.Except(read.Select(task => task.Fence)).ToList();
        var rest = missing.Count == 0 ? [] : await tasks.ReadAssignmentsAsync(missing, cancellationToken);
        foreach (var work in read.Concat(rest))
        {
            var (spec, fence) = (work.Spec, work.Fence);
            if (await cache.Revisions.FindAsync((spec.CodeId, spec.CodeRev), cancellationToken) is { } revision)
            {
                var cluster = await cache.Clusters.FindAsync(spec.ClusterId, cancellationToken);
                var login = await registryCredentials.FindAsync(spec.ProjectId, revision.Image, cancellationToken);
                assignments[fence] = Build(work, revision, cluster) with { Login = login, Traceparent = RecordClaim(work, claims) };
            }
            else
            {
                RevisionGone(fence.Task.Value, spec.CodeRev, spec.CodeName);
            }
        }

        return assignments;
    }

    /// <summary>Counts the wait; gives the context for the runner.</summary>
    private static string? RecordClaim(LeasedTask work, IReadOnlyDictionary<LeaseFence, ActivityContext>? claims)
    {
        var traceparent = work.Spec.Traceparent;
        if (claims is not null)
        {
            TaskMetrics.RecordClaimed(work.WaitedFor);
            traceparent = TaskActivities.RecordWait(
                work.Fence, traceparent, work.WaitedFor, TimeProvider.System.GetUtcNow(), claims.GetValueOrDefault(work.Fence));
        }

        return traceparent.Length > 0 ? traceparent : null;
    }

    private static TaskAssignment Build(LeasedTask work, CodeRevisionRecord revision, ClusterSettings? cluster) => new()
    {
        Lease = RunnerMapping.ToContract(work.Fence),
        LeaseMilliseconds = (long)work.ValidFor.TotalMilliseconds,
        ProjectId = work.Spec.ProjectId,
        CodeName = work.Spec.CodeName,
        Image = revision.Image,
        Command = revision.Command,
        Signature = revision.Signature,
        NoInit = revision.NoInit,
        Config = revision.Config,
        EnvVars = new(revision.EnvVars),
        Payload = work.Payload,
        TimeoutSeconds = work.Spec.TimeoutSeconds,
        MemoryBytes = cluster?.Memory ?? 0,
        DiskBytes = cluster?.DiskSpace ?? 0,
        CpuShares = cluster?.CpuShare ?? 0,
        RetryCount = work.RetryCount,
        ScheduleId = work.Spec.ScheduleId,
        Title = work.Spec.Title,
        Zip = revision.Zip is { } zip ? RunnerMapping.ToContract(work.Spec, revision, zip) : null,
    };

    [LoggerMessage(1, LogLevel.Error, "Task {TaskId} not assigned: revision {Rev} of code {Code} no longer exists")]
    private partial void RevisionGone(string taskId, int rev, string code);
}
