using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Domain.Tests.Tasks;

/// <summary>One task in each situation that it can be in, at a fixed time.</summary>
internal static class TaskExamples
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static readonly TaskId RetryId = TaskId.New(Now, 2);

    public static readonly LeaseFence Fence = new(TaskId.New(Now, 1), 1, "token", "session");

    public static TaskSpec Spec { get; } = new()
    {
        ProjectId = "project",
        ClusterId = "cluster",
        CodeId = "code",
        CodeRev = 1,
        CodeName = "hello",
        Retries = 1,
        RetriesDelaySeconds = 30,
        MaxLosses = 2,
    };

    public static TaskState Queued { get; } = TaskStateMachine.Enqueue(Fence.Task, Spec, Now).State with { Lane = 7 };

    public static TaskState Delayed { get; } = TaskStateMachine.Enqueue(Fence.Task, Spec with { DelaySeconds = 60 }, Now).State;

    public static TaskState Claimed { get; } = TaskStateMachine.Claim(Queued, Fence.SessionId, Fence.Token, Now).State;

    public static TaskState Preparing { get; } = TaskStateMachine.Renew(Claimed, Fence, TaskPhase.Preparing, Now).State;

    public static TaskState Running { get; } = TaskStateMachine.Renew(Claimed, Fence, TaskPhase.Running, Now).State;

    public static TaskState Stopping { get; } = TaskStateMachine.Cancel(Running, Now).State;

    public static TaskState Complete { get; } = Finish(Running, TaskPhase.Complete);

    public static TaskState Error { get; } = Finish(Running with { RetryCount = 1 }, TaskPhase.Error);

    public static TaskState TimedOut { get; } = Finish(Running, TaskPhase.Timeout);

    public static TaskState Cancelled { get; } = TaskStateMachine.Cancel(Queued, Now).State;

    public static TaskOutcome Outcome(TaskPhase phase) => new() { Phase = phase, Message = "exit code 1", ExitCode = 1 };

    private static TaskState Finish(TaskState task, TaskPhase phase) =>
        TaskStateMachine.Finish(task, Fence, Outcome(phase), RetryId, Now).State;
}
