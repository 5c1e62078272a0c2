using System.Diagnostics;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Runner.Execution;

/// <summary>The spans of tasks on the runner; their parent is what the control plane recorded of the task.</summary>
internal static class RunnerActivities
{
    private static readonly ActivitySource Source = new(RunnerHost.ActivitySourceName);

    /// <summary>One attempt, from the assignment to the end of its sandbox; null when nobody records it.</summary>
    public static Activity? StartRun(TaskAssignment assignment)
    {
        var hasParent = ActivityContext.TryParse(assignment.Traceparent, null, isRemote: true, out var parent);
        return Source.StartActivity("task run", ActivityKind.Consumer, hasParent ? parent : default)
            ?.SetTag("hybrid.task.id", assignment.Lease.TaskId)
            .SetTag("hybrid.task.attempt", assignment.Lease.Attempt)
            .SetTag("hybrid.code.name", assignment.CodeName);
    }

    /// <summary>The program within it, from its start to its exit.</summary>
    public static async Task<ExecutionOutcome> TraceProgramAsync(Func<Task<ExecutionOutcome>> wait)
    {
        using var program = Source.StartActivity("task program");
        var outcome = await wait();
        program?.SetOutcome(outcome);
        return outcome;
    }

    /// <summary>Says how it ended.</summary>
    public static void SetOutcome(this Activity activity, ExecutionOutcome outcome)
    {
        activity.SetTag("hybrid.task.outcome", outcome.Disposition == LeaseDisposition.Complete ? outcome.Status : outcome.Disposition.ToString());
        if (outcome.ExitCode is { } code)
        {
            activity.SetTag("process.exit.code", code);
        }

        if (outcome is { Disposition: LeaseDisposition.Complete, Status: "error" or "timeout" })
        {
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }
}
