using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Sweeps;

namespace OrleansHybrid.Silo.Http.Iron;

/// <summary>Makes and changes schedules: names looked up, one store call, and the word to the sweep.</summary>
internal sealed class ScheduleDesk(
    IScheduleStore schedules,
    TaskNames names,
    IGrainFactory grains,
    Ids ids,
    ScheduleAlarm alarm,
    ControlPlaneOptions options)
{
    /// <summary>Makes all schedules of a request, or none.</summary>
    public async Task<JsonAnswer> CreateAsync(Project project, IReadOnlyList<JsonFields> entries, CancellationToken cancellationToken)
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
            return Answers.Refused(new Refusal(
                RefusalKind.Forbidden,
                $"schedules: a project may have {options.ScheduleLimit} that have not ended; cancel some first"));
        }

        alarm.Ring();
        var answer = new ScheduleAnswer
        {
            Msg = "Scheduled",
            Schedules = [.. made.Select(schedule => new ScheduleRef { Id = schedule.State.Id })],
        };
        return JsonAnswer.Of(answer, IronJson.Default.ScheduleAnswer);
    }

    /// <summary>Changes what was asked for.</summary>
    public async Task<JsonAnswer> UpdateAsync(
        Project project, string scheduleId, JsonFields asked, CancellationToken cancellationToken)
    {
        if (asked.Text("code_name", IronMapping.LongestName) is { } code)
        {
            await names.CodeAsync(project, asked.Place, code, cancellationToken);
        }

        var cluster = asked.Text("cluster", IronMapping.LongestName) is null
            ? null
            : await names.ClusterAsync(project, asked.Place, IronMapping.ClusterIn(asked), cancellationToken);
        var startAt = asked.Instant("start_at");
        return await ChangeAsync(
            project,
            scheduleId,
            (found, _, now) =>
            {
                var spec = IronMapping.ReadSchedule(asked, found.Spec);
                return ScheduleMachine.Update(
                    found, cluster is null ? spec : spec with { ClusterId = cluster.Id }, startAt, now);
            },
            "Updated",
            payload: PayloadIn(asked));
    }

    /// <summary>Does something to a schedule; answers with a word for having done it, and one for when it was so already.</summary>
    public async Task<JsonAnswer> ChangeAsync(
        Project project,
        string scheduleId,
        ScheduleDecision decide,
        string done,
        string? already = null,
        byte[]? payload = null)
    {
        var step = await ChangeAsync(project, scheduleId, decide, payload);
        return step.Refusal is { } refusal ? Answers.Refused(refusal) : Answers.Message(step.Unchanged ? already ?? done : done);
    }

    /// <summary>Queues a task of the schedule now.</summary>
    public async Task<JsonAnswer> RunAsync(Project project, string scheduleId)
    {
        var task = ids.NewTask();
        var step = await ChangeAsync(
            project, scheduleId, (found, ground, now) => ScheduleMachine.RunNow(found, ground, task, now), payload: null);
        TaskEffects.Do(
            grains,
            step.Effects.OfType<ScheduleEffect.Queued>().Select(queued => queued.Offer).OfType<Effect>());
        return step.Refusal is { } refusal
            ? Answers.Refused(refusal)
            : JsonAnswer.Of(
                new QueueAnswer { Msg = "Queued up", Tasks = [new TaskRef { Id = task.Value }] },
                IronJson.Default.QueueAnswer);
    }

    private async Task<Step<ScheduleState>> ChangeAsync(
        Project project, string scheduleId, ScheduleDecision decide, byte[]? payload)
    {
        var step = await schedules.ChangeAsync(project.Id, scheduleId, decide, payload, CancellationToken.None);
        alarm.Ring();
        return step;
    }

    private async Task<StoredSchedule> ReadAsync(
        Project project, JsonFields entry, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var name = entry.RequiredText("code_name", IronMapping.LongestName);
        var code = await names.CodeAsync(project, entry.Place, name, cancellationToken);
        var payload = PayloadIn(entry) ?? throw entry.Refuse("payload is required, and must not be empty");
        var cluster = await names.ClusterAsync(project, entry.Place, IronMapping.ClusterIn(entry), cancellationToken);
        var blank = new ScheduleSpec { ProjectId = project.Id, ClusterId = cluster.Id, CodeName = code.Name };
        var step = ScheduleMachine.Create(
            ids.New(), IronMapping.ReadSchedule(entry, blank), entry.Instant("start_at"), now);
        return step.Refusal is { } refusal
            ? throw entry.Refuse(refusal.Message, refusal.Kind)
            : new StoredSchedule(step.State, payload);
    }

    private byte[]? PayloadIn(JsonFields asked) =>
        asked.Bytes("payload", options.PayloadLimit) is { Length: > 0 } payload ? payload : null;
}
