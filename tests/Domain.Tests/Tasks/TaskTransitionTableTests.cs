using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using static OrleansHybrid.Domain.Tests.Tasks.TaskExamples;

namespace OrleansHybrid.Domain.Tests.Tasks;

/// <summary>Every situation × every input has a declared answer. <c>-</c> stays as it is, <c>x</c> is refused.</summary>
public sealed class TaskTransitionTableTests
{
    private static readonly LeaseFence Late = Fence with { Attempt = 0 };

    private static readonly Dictionary<string, TaskState> Situations = new()
    {
        ["queued"] = Queued,
        ["delayed"] = Delayed,
        ["claimed"] = Claimed,
        ["preparing"] = Preparing,
        ["running"] = Running,
        ["stopping"] = Stopping,
        ["complete"] = Complete,
        ["error"] = Error,
        ["timeout"] = TimedOut,
        ["cancelled"] = Cancelled,
    };

    private static readonly Dictionary<string, Func<TaskState, Transition<TaskState>>> Inputs = new()
    {
        ["due early"] = task => TaskStateMachine.Promote(task, Now),
        ["due"] = task => TaskStateMachine.Promote(task, Now.AddMinutes(2)),
        ["claim"] = task => TaskStateMachine.Claim(task, "other", "new", Now),
        ["renew"] = task => TaskStateMachine.Renew(task, Fence, TaskPhase.Running, Now),
        ["renew late"] = task => TaskStateMachine.Renew(task, Late, TaskPhase.Running, Now),
        ["release"] = task => TaskStateMachine.Release(task, Fence, Now),
        ["release late"] = task => TaskStateMachine.Release(task, Late, Now),
        ["complete"] = task => TaskStateMachine.Finish(task, Fence, Outcome(TaskPhase.Complete), RetryId, Now),
        ["fail"] = task => TaskStateMachine.Finish(task, Fence, Outcome(TaskPhase.Error), RetryId, Now),
        ["time out"] = task => TaskStateMachine.Finish(task, Fence, Outcome(TaskPhase.Timeout), RetryId, Now),
        ["finish late"] = task => TaskStateMachine.Finish(task, Late, Outcome(TaskPhase.Complete), RetryId, Now),
        ["cancel"] = task => TaskStateMachine.Cancel(task, Now),
        ["progress"] = task => TaskStateMachine.UpdateProgress(task, 40, "page 4"),
        ["retry"] = task => TaskStateMachine.Retry(task, RetryId, 0, Now),
        ["lapse early"] = task => TaskStateMachine.ExpireLease(task, Now),
        ["lapse"] = task => TaskStateMachine.ExpireLease(task, Now.AddMinutes(2)),
    };

    private const string Table = """
        input        | queued    delayed   claimed   preparing running   stopping  complete error timeout cancelled
        due early    | -         -         -         -         -         -         -        -     -       -
        due          | -         queued    -         -         -         -         -        -     -       -
        claim        | claimed   x         x         x         x         x         x        x     x       x
        renew        | x         x         running   running   running   stopping  x        x     x       x
        renew late   | x         x         x         x         x         x         x        x     x       x
        release      | x         x         queued    queued    queued    cancelled x        x     x       x
        release late | x         x         x         x         x         x         x        x     x       x
        complete     | x         x         complete  complete  complete  cancelled x        x     x       x
        fail         | x         x         error+    error+    error+    cancelled x        x     x       x
        time out     | x         x         timeout   timeout   timeout   cancelled x        x     x       x
        finish late  | x         x         x         x         x         x         x        x     x       x
        cancel       | cancelled cancelled stopping! stopping! stopping! -         -        -     -       -
        progress     | queued    delayed   claimed   preparing running   -         -        -     -       -
        retry        | queued+   delayed+  claimed+  preparing+ running+ stopping+ complete+ error+ timeout+ cancelled+
        lapse early  | -         -         -         -         -         -         -        -     -       -
        lapse        | -         -         queued    queued    queued    cancelled -        -     -       -
        """;

    public static TheoryData<string, string, string> Cells()
    {
        var cells = new TheoryData<string, string, string>();
        var rows = Table.Split('\n').Select(row => row.Split('|', StringSplitOptions.TrimEntries)).ToArray();
        var situations = rows[0][1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var row in rows.Skip(1))
        {
            var answers = row[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            foreach (var (situation, answer) in situations.Zip(answers))
            {
                cells.Add(situation, row[0], answer);
            }
        }

        return cells;
    }

    [Fact]
    public void Every_situation_meets_every_input() =>
        Assert.Equal(Situations.Count * Inputs.Count, Cells().Count);

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_situation_answers_an_input_as_the_table_says(string situation, string input, string answer)
    {
        var before = Situations[situation];

        var step = Inputs[input](before);

        Assert.Equal(answer, Describe(step));
        if (step.Unchanged)
        {
            Assert.Equal(before, step.State);
            Assert.Empty(step.Effects);
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_final_phase_never_changes_and_attempts_never_shrink(string situation, string input, string answer)
    {
        var before = Situations[situation];

        var after = Inputs[input](before).State;

        Assert.True(before.Phase == after.Phase || !before.Phase.IsFinal(), $"{before.Phase} became {answer}");
        Assert.True(after.Attempt >= before.Attempt);
    }

    private static string Describe(Transition<TaskState> step)
    {
        if (step.Unchanged)
        {
            return step.Error is null ? "-" : "x";
        }

        var mark = step.Effects switch
        {
            [TaskEffect.Retried] => "+",
            [TaskEffect.StopRequested] => "!",
            [] or [TaskEffect.Offered] => "",
            _ => "?",
        };
        return Situation(step.State) + mark;
    }

    private static string Situation(TaskState task) => task switch
    {
        { Phase: TaskPhase.Cancelled, Lease.Stopping: true } => "stopping",
        { Phase: TaskPhase.Queued, Lease: not null } => "claimed",
        { Phase: TaskPhase.Queued, DueAt: not null } => "delayed",
        _ => task.Phase.ToString().ToLowerInvariant(),
    };
}
