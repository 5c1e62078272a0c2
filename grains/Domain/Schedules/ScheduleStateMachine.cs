using System.Globalization;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Domain.Schedules;

/// <summary>The transitions of a schedule.</summary>
public static class ScheduleStateMachine
{
    private const string Finished = "Ran max times.";
    private const string Ended = "Reached its end.";

    /// <summary>A new schedule; its first run is due at <paramref name="startAt"/>, or when its delay is over.</summary>
    public static Transition<ScheduleState> Create(string id, ScheduleSpec spec, DateTimeOffset? startAt, DateTimeOffset now)
    {
        var schedule = new ScheduleState
        {
            Id = id,
            Spec = spec,
            StartAt = startAt ?? now.AddSeconds(spec.DelaySeconds),
            CreatedAt = now,
            UpdatedAt = now,
        };
        return FindSpecProblem(spec, now) is { } wrong ? Transition.Reject(schedule, ErrorKind.Invalid, wrong)
            : ScheduleTimes.First(spec, schedule.StartAt, now) is { } first ? Transition.To(schedule with { NextStart = first })
            : Transition.Reject(schedule, ErrorKind.Invalid, "end_at comes before the first run");
    }

    /// <summary>Its time has come: it queues a task and looks ahead to the next time from now on, however much it missed.</summary>
    public static Transition<ScheduleState> RunDue(
        ScheduleState schedule, ScheduleContext context, TaskId taskId, DateTimeOffset now)
    {
        if (schedule.NextStart is not { } due || due > now)
        {
            return Transition.Stay(schedule);
        }

        var (spec, moved) = (schedule.Spec, schedule with { UpdatedAt = now });
        if (FindProblem(spec, context) is { } problem)
        {
            return Transition.To(End(moved, SchedulePhase.Error, problem) with { ErrorCount = schedule.ErrorCount + 1 });
        }

        if (spec is { Repeats: true, MaxConcurrency: > 0 } && context.OpenTasks >= spec.MaxConcurrency)
        {
            var at = due.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            var skipped = moved with
            {
                SkipCount = schedule.SkipCount + 1,
                Message = $"Skipped the run of {at}: {context.OpenTasks} of its tasks had not ended.",
            };
            return Transition.To(Advance(skipped, due, now));
        }

        var ran = moved with { RunCount = schedule.RunCount + 1, LastRunAt = now, Message = "" };
        return Transition.To(Advance(ran, due, now), Enqueue(schedule, context.Defaults!, taskId, spec.TaskDelaySeconds, now));
    }

    /// <summary>A caller wants a run now, beside those that are due: it is not counted, and no limit holds it back.</summary>
    public static Transition<ScheduleState> RunNow(
        ScheduleState schedule, ScheduleContext context, TaskId taskId, DateTimeOffset now) =>
        schedule.Phase.IsFinal() ? RejectEnded(schedule)
        : FindProblem(schedule.Spec, context) is { } problem ? Transition.Reject(schedule, ErrorKind.Invalid, problem)
        : Transition.To(
            schedule with { LastRunAt = now, UpdatedAt = now },
            Enqueue(schedule, context.Defaults!, taskId, delaySeconds: 0, now));

    /// <summary>A caller changes what was asked for. New times count from now on: nothing that has passed is due again.</summary>
    public static Transition<ScheduleState> Update(
        ScheduleState schedule, ScheduleSpec spec, DateTimeOffset? startAt, DateTimeOffset now)
    {
        if (schedule.Phase.IsFinal())
        {
            return RejectEnded(schedule);
        }

        if (FindSpecProblem(spec, now) is { } wrong)
        {
            return Transition.Reject(schedule, ErrorKind.Invalid, wrong);
        }

        var old = schedule.Spec;
        var start = startAt ?? (spec.DelaySeconds == old.DelaySeconds ? schedule.StartAt : now.AddSeconds(spec.DelaySeconds));
        var keepsTimes = start == schedule.StartAt
            && (spec.EverySeconds, spec.Cron, spec.TimeZone) == (old.EverySeconds, old.Cron, old.TimeZone);
        var updated = schedule with { Spec = spec, StartAt = start, UpdatedAt = now };
        return schedule.NextStart is not { } next ? Transition.To(updated)
            : !keepsTimes ? Transition.To(WithNextRun(updated, ScheduleTimes.From(spec, start, now)))
            : Transition.To(WithNextRun(updated, next > spec.EndAt ? null : next));
    }

    /// <summary>A caller ends it, for good; the tasks that it queued go on.</summary>
    public static Transition<ScheduleState> Cancel(ScheduleState schedule, DateTimeOffset now) => schedule.Phase.IsFinal()
        ? Transition.Stay(schedule)
        : Transition.To(End(schedule with { UpdatedAt = now }, SchedulePhase.Cancelled, "Cancelled via API."));

    /// <summary>A caller wants no runs until it is resumed.</summary>
    public static Transition<ScheduleState> Pause(ScheduleState schedule, DateTimeOffset now) => schedule.Phase switch
    {
        SchedulePhase.Scheduled => Transition.To(End(schedule with { UpdatedAt = now }, SchedulePhase.Paused, "")),
        SchedulePhase.Paused => Transition.Stay(schedule),
        SchedulePhase.Error => Transition.Reject(
            schedule, ErrorKind.Invalid, $"schedule {schedule.Id} rests because of an error already"),
        _ => RejectEnded(schedule),
    };

    /// <summary>A paused or failed one goes on with the next time from now on; a single run that has passed is due at once.</summary>
    public static Transition<ScheduleState> Resume(ScheduleState schedule, DateTimeOffset now) => schedule.Phase switch
    {
        SchedulePhase.Scheduled => Transition.Stay(schedule),
        SchedulePhase.Paused or SchedulePhase.Error => ScheduleTimes.Zone(schedule.Spec) is null
            ? Transition.Reject(schedule, ErrorKind.Invalid, UnknownTimeZone(schedule.Spec))
            : Transition.To(WithNextRun(
                schedule with { Phase = SchedulePhase.Scheduled, Message = "", UpdatedAt = now },
                ScheduleTimes.From(schedule.Spec, schedule.StartAt, now))),
        _ => RejectEnded(schedule),
    };

    private static ScheduleState Advance(ScheduleState schedule, DateTimeOffset due, DateTimeOffset now)
    {
        var collapses = ScheduleTimes.Next(schedule.Spec, schedule.StartAt, due) <= now;
        var counted = collapses ? schedule with { CollapseCount = schedule.CollapseCount + 1 } : schedule;
        return WithNextRun(counted, ScheduleTimes.Next(schedule.Spec, schedule.StartAt, now));
    }

    private static ScheduleState WithNextRun(ScheduleState schedule, DateTimeOffset? next)
    {
        var (spec, runs) = (schedule.Spec, schedule.RunCount);
        return runs > 0 && (!spec.Repeats || (spec.RunTimes > 0 && runs >= spec.RunTimes))
            ? End(schedule, SchedulePhase.Complete, Finished)
            : next is null
                ? End(schedule, SchedulePhase.Complete, Ended)
                : schedule with { NextStart = next };
    }

    private static ScheduleState End(ScheduleState schedule, SchedulePhase phase, string message) =>
        schedule with { Phase = phase, Message = message, NextStart = null };

    private static ScheduleEffect.Queued Enqueue(
        ScheduleState schedule, TaskDefaults defaults, TaskId id, int delaySeconds, DateTimeOffset now) =>
        new(TaskStateMachine.Enqueue(id, schedule.Spec.CreateTaskSpec(schedule.Id, defaults, delaySeconds), now).State);

    private static Transition<ScheduleState> RejectEnded(ScheduleState schedule) => Transition.Reject(
        schedule, ErrorKind.Invalid, $"schedule {schedule.Id} has ended: make a new one");

    private static string? FindProblem(ScheduleSpec spec, ScheduleContext context) =>
        context.Defaults is null ? $"The code package {spec.CodeName}, or its cluster, no longer exists."
        : ScheduleTimes.Zone(spec) is null ? UnknownTimeZone(spec)
        : null;

    /// <summary>The first contradiction in a specification, beginning with its field; null when there is none.</summary>
    private static string? FindSpecProblem(ScheduleSpec spec, DateTimeOffset now)
    {
        var problem = "";
        return spec is { EverySeconds: > 0, Cron.Length: > 0 } ? "cron and run_every exclude each other: give one of them"
            : spec is { TimeZone.Length: > 0, Cron.Length: 0 } ? "timezone is the zone of a cron expression: give cron, too"
            : spec.Cron.Length > 0 && !CronSchedule.TryParse(spec.Cron, out _, out problem) ? $"cron {problem}"
            : ScheduleTimes.Zone(spec) is null ? "timezone must be a name of the IANA list, such as Europe/Berlin"
            : spec.EndAt <= now ? "end_at must be later than now"
            : null;
    }

    private static string UnknownTimeZone(ScheduleSpec spec) => $"This server knows no time zone {spec.TimeZone}.";
}
