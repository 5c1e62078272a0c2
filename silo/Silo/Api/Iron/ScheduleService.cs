using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.Background;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>Creates and changes schedules: resolves names, calls the store once, and wakes the schedule trigger.</summary>
internal sealed class ScheduleService(
    IScheduleStore schedules,
    NameResolver names,
    IGrainFactory grains,
    IdGenerator ids,
    ScheduleWakeSignal wakeSignal,
    ApiOptions options)
{
    /// <summary>Makes all schedules of a request, or none.</summary>
    public async Task<ApiResult> CreateAsync(Project project, IReadOnlyList<IronJsonReader> entries, CancellationToken cancellationToken)
    {
        var now = await schedules.NowAsync(cancellationToken);
        var made = new List<StoredSchedule>(entries.Count);
        foreach (var entry in entries)
        {
            made.Add(await ReadAsync(project, entry, now, cancellationToken));
        }

        // Not to be cut off: once written, they have to be run in time.
        if (!await schedules.AddAsync(made, options.ScheduleLimit, CancellationToken.None))
        {
            return ApiResults.FromError(new DomainError(
                ErrorKind.Forbidden,
                $"schedules: a project may have {options.ScheduleLimit} that have not ended; cancel some first"));
        }

        wakeSignal.Signal();
        var answer = new ScheduleResponse
        {
            Msg = "Scheduled",
            Schedules = [.. made.Select(schedule => new ScheduleRef { Id = schedule.State.Id })],
        };
        return ApiResult.Of(answer, IronJson.Default.ScheduleResponse);
    }

    /// <summary>Changes what was asked for.</summary>
    public async Task<ApiResult> UpdateAsync(
        Project project, string scheduleId, IronJsonReader asked, CancellationToken cancellationToken)
    {
        if (asked.Text("code_name", IronMapping.MaxNameLength) is { } code)
        {
            await names.ResolveCodeAsync(project, asked.FieldPrefix, code, cancellationToken);
        }

        var cluster = asked.Text("cluster", IronMapping.MaxNameLength) is null
            ? null
            : await names.ResolveClusterAsync(project, asked.FieldPrefix, IronMapping.ClusterIn(asked), cancellationToken);
        var startAt = asked.Instant("start_at");
        return await ChangeAsync(
            project,
            scheduleId,
            (found, _, now) =>
            {
                var spec = IronMapping.ReadSchedule(asked, found.Spec);
                return ScheduleStateMachine.Update(
                    found, cluster is null ? spec : spec with { ClusterId = cluster.Id }, startAt, now);
            },
            "Updated",
            payload: PayloadIn(asked));
    }

    /// <summary>Changes a schedule; the message differs when it was in that state already.</summary>
    public async Task<ApiResult> ChangeAsync(
        Project project,
        string scheduleId,
        ScheduleDecision decide,
        string done,
        string? already = null,
        byte[]? payload = null)
    {
        var step = await ChangeAsync(project, scheduleId, decide, payload);
        return step.Error is { } rejection ? ApiResults.FromError(rejection) : ApiResults.Message(step.Unchanged ? already ?? done : done);
    }

    /// <summary>Queues a task of the schedule now.</summary>
    public async Task<ApiResult> RunAsync(Project project, string scheduleId)
    {
        var (task, traceparent) = (ids.NewTaskId(), TaskActivities.CurrentTraceparent);
        var step = await ChangeAsync(
            project, scheduleId, (found, ground, now) => ScheduleStateMachine.RunNow(found, ground, task, now).InTrace(_ => traceparent), payload: null);
        var queued = step.Effects.OfType<ScheduleEffect.Queued>().ToList();
        TaskMetrics.RecordQueued(queued.Count, TaskSource.Schedule);
        TaskEffects.Publish(grains, queued.Select(task => task.Offer).OfType<Effect>());
        return step.Error is { } rejection
            ? ApiResults.FromError(rejection)
            : ApiResult.Of(
                new EnqueueResponse { Msg = "Queued up", Tasks = [new TaskRef { Id = task.Value }] },
                IronJson.Default.EnqueueResponse);
    }

    private async Task<Transition<ScheduleState>> ChangeAsync(
        Project project, string scheduleId, ScheduleDecision decide, byte[]? payload)
    {
        var step = await schedules.ChangeAsync(project.Id, scheduleId, decide, payload, CancellationToken.None);
        wakeSignal.Signal();
        return step;
    }

    private async Task<StoredSchedule> ReadAsync(
        Project project, IronJsonReader entry, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var name = entry.RequiredText("code_name", IronMapping.MaxNameLength);
        var code = await names.ResolveCodeAsync(project, entry.FieldPrefix, name, cancellationToken);
        var payload = PayloadIn(entry) ?? throw entry.CreateError("payload is required, and must not be empty");
        var cluster = await names.ResolveClusterAsync(project, entry.FieldPrefix, IronMapping.ClusterIn(entry), cancellationToken);
        var blank = new ScheduleSpec { ProjectId = project.Id, ClusterId = cluster.Id, CodeName = code.Name };
        var step = ScheduleStateMachine.Create(
            ids.New(), IronMapping.ReadSchedule(entry, blank), entry.Instant("start_at"), now);
        return step.Error is { } rejection
            ? throw entry.CreateError(rejection.Message, rejection.Kind)
            : new StoredSchedule(step.State, payload);
    }

    private byte[]? PayloadIn(IronJsonReader asked) =>
        asked.Bytes("payload", options.PayloadLimit) is { Length: > 0 } payload ? payload : null;
}
