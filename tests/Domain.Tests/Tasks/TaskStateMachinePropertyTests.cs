using FsCheck;
using FsCheck.Fluent;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using static OrleansHybrid.Domain.Tests.Tasks.TaskExamples;

namespace OrleansHybrid.Domain.Tests.Tasks;

/// <summary>The invariants hold for any events in any order, with duplicates and late copies of everything.</summary>
public sealed class TaskStateMachinePropertyTests
{
    [Fact]
    public void I1_I4_I5_I8_hold_over_any_history()
    {
        var histories = Gen.Choose(0, 9).Zip(Gen.Choose(0, 90)).ListOf().ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(histories, Holds));
    }

    private static bool Holds(IList<(int Input, int Seconds)> history)
    {
        var (task, now) = (Queued, Now);
        var fences = new List<LeaseFence> { Fence };
        var finals = 0;
        foreach (var (input, seconds) in history)
        {
            now = now.AddSeconds(seconds);
            var step = Apply(task, input, fences[^1], fences[seconds % fences.Count], now);
            finals += step.State.Phase.IsFinal() && !task.Phase.IsFinal() ? 1 : 0;
            if (!Allowed(task, step))
            {
                return false;
            }

            task = step.State;
            if (task.Lease is { } lease && lease.Fence != fences[^1])
            {
                fences.Add(lease.Fence);
            }
        }

        return finals <= 1 && task.Losses <= task.Spec.MaxLosses;
    }

    private static Transition<TaskState> Apply(TaskState task, int input, LeaseFence current, LeaseFence old, DateTimeOffset now) =>
        input switch
        {
            0 or 1 => TaskStateMachine.Claim(task, "session", $"token {task.Attempt}", now),
            2 => TaskStateMachine.Renew(task, current, TaskPhase.Preparing, now),
            3 => TaskStateMachine.Renew(task, old, TaskPhase.Running, now),
            4 => TaskStateMachine.Release(task, old, now),
            5 => TaskStateMachine.Finish(task, old, Outcome(TaskPhase.Error), RetryId, now),
            6 => TaskStateMachine.Finish(task, current, Outcome(TaskPhase.Complete), RetryId, now),
            7 => TaskStateMachine.Cancel(task, now),
            _ => TaskStateMachine.ExpireLease(task, now),
        };

    private static bool Allowed(TaskState before, Transition<TaskState> step)
    {
        var after = step.State;
        var frozen = !before.Phase.IsFinal() || before.Phase == after.Phase;
        var grows = after.Attempt >= before.Attempt && after.Losses >= before.Losses;
        var singleLease = after.Lease is null || after.Lease.Fence.Attempt == after.Attempt;
        var waitsOrWorks = after.Phase.IsFinal() || after.Lease is not null
            || after is { Phase: TaskPhase.Queued, StartedAt: null };
        return frozen && grows && singleLease && waitsOrWorks;
    }
}
