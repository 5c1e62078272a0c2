using System.Text;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Execution;

/// <summary>Results and logs on their way up (I5, I12, F35).</summary>
public sealed class ResultReporterTests : RunnerTestBase
{
    private const int LogLimit = 100_000;

    protected override RunnerOptions ConfigureOptions(RunnerOptions options) => options with { LogLimit = LogLimit };

    [Fact(Timeout = 30_000)]
    public async Task A_result_is_sent_until_it_is_accepted_and_its_lease_is_renewed_meanwhile()
    {
        var (calls, first) = (0, new TaskCompletionSource<int>());
        Plane.Interceptors["finish"] = _ => ++calls == 1 ? first.Task : Task.FromResult(0);
        var sandbox = await RunningAsync(TaskAssignments.New());
        sandbox.End(0);
        var result = Assert.Single((await Plane.Finishes.NextAsync()).Results);
        await AdvanceAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(result.Lease, Assert.Single((await Plane.Heartbeats.NextAsync()).Leases).Lease);
        first.SetResult(503);
        await AdvanceAsync(wait => wait > TimeSpan.FromSeconds(0.1) && wait < TimeSpan.FromSeconds(0.3));

        Assert.Equal(result, Assert.Single((await Plane.Finishes.NextAsync()).Results));
        await Runner.DrainAsync();
        Assert.Equal(0, await Runner.Exit);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_result_that_came_too_late_is_dropped()
    {
        var order = TaskAssignments.New();
        Plane.Fail("finish", 409);
        var sandbox = await StartedAsync(order);
        sandbox.End(0);
        await Plane.Finishes.NextAsync();
        Plane.Recover("finish");
        var next = await StartedAsync(TaskAssignments.New());
        next.End(0);

        Assert.Equal(next.Order.Lease, Assert.Single((await Plane.Finishes.NextAsync()).Results).Lease);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_result_that_is_rejected_for_good_holds_no_other_up()
    {
        var (good, bad) = (TaskAssignments.New(), TaskAssignments.New());
        var both = await RunningAsync(good, bad);
        var held = new TaskCompletionSource<int>();
        Plane.Interceptors["finish"] = _ => held.Task;
        var third = await StartedAfterAsync(both[0]);
        third.End(0);
        both[1].End(0);
        await Task.WhenAll(both[1].Removed, third.Removed);
        Plane.RejectsFinish = finish => finish.Results.Any(result => result.Lease == both[1].Order.Lease);
        Plane.Recover("finish");
        held.SetResult(503);
        await AdvanceAsync(wait => wait > TimeSpan.FromSeconds(0.1) && wait < TimeSpan.FromSeconds(1));

        var accepted = await Plane.Finishes.NextAsync(f => f.Results is [var only] && only.Lease == third.Order.Lease);
        Assert.Equal("complete", accepted.Results[0].Status);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(500)]
    [InlineData(409)]
    [InlineData(413)]
    public async Task A_rejected_log_holds_no_result_up(int status)
    {
        Plane.Fail("log", status);
        var sandbox = await StartedAsync(TaskAssignments.New());
        sandbox.Write("nobody wants this\n");
        sandbox.End(0);

        Assert.Equal("complete", Assert.Single((await Plane.Finishes.NextAsync()).Results).Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_log_that_gets_no_answer_holds_a_result_up_for_two_seconds()
    {
        var never = new TaskCompletionSource<int>();
        Plane.Interceptors["log"] = _ => never.Task;
        var sandbox = await StartedAsync(TaskAssignments.New());
        sandbox.Write("…\n");
        sandbox.End(0);
        await Time.WaitForTimerAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(0, Plane.Finishes.Count);
        Time.Advance(TimeSpan.FromSeconds(2));

        await Plane.Finishes.NextAsync();
        never.SetResult(0);
    }

    [Fact(Timeout = 30_000)]
    public async Task Output_is_sent_while_the_program_runs()
    {
        var sandbox = await RunningAsync(TaskAssignments.New());
        sandbox.Write("so ");
        sandbox.Write("far\n");

        var piece = Assert.Single((await AdvanceUntilAsync(Plane.Logs.NextAsync())).Pieces);
        Assert.Equal((0, "so far\n"), (piece.Offset, Encoding.UTF8.GetString(piece.Data)));
        Assert.False(sandbox.Removed.IsCompleted);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_logs_of_all_tasks_go_up_in_one_call()
    {
        foreach (var sandbox in await RunningAsync(TaskAssignments.New(), TaskAssignments.New()))
        {
            sandbox.Write("hello\n");
        }

        Assert.Equal(2, (await AdvanceUntilAsync(Plane.Logs.NextAsync())).Pieces.Length);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_log_over_its_limit_keeps_its_beginning_and_its_end_and_marks_the_cut()
    {
        var sandbox = await StartedAsync(TaskAssignments.New());
        sandbox.Write("first\n");
        sandbox.Write(new string('x', 3 * LogLimit));
        sandbox.Write("\nlast\n");
        sandbox.End(0);
        await Plane.Finishes.NextAsync();

        var log = Encoding.UTF8.GetString([.. Plane.StoredLogs[sandbox.Order.Lease.TaskId]]);
        var mark = Assert.Single(log.Split('\n'), line => line.Contains("left out", StringComparison.Ordinal));
        var missing = int.Parse(new string([.. mark.Where(char.IsAsciiDigit)]), null);
        Assert.StartsWith("first\nx", log, StringComparison.Ordinal);
        Assert.EndsWith("x\nlast\n", log, StringComparison.Ordinal);
        Assert.InRange(log.Length, LogLimit - 200, LogLimit);
        Assert.Equal((3 * LogLimit) + 12, missing + log.Length - mark.Length - 2);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_log_that_the_control_plane_has_enough_of_is_not_sent_any_further()
    {
        var sandbox = await RunningAsync(TaskAssignments.New());
        Plane.Statuses[("log", sandbox.Order.Lease.TaskId)] = "full";
        sandbox.Write("one\n");
        await AdvanceUntilAsync(Plane.Logs.NextAsync());
        var other = await StartedAsync(TaskAssignments.New());
        sandbox.Write("two\n");
        sandbox.End(0);
        await Plane.Finishes.NextAsync();
        other.Write("three\n");
        other.End(0);

        Assert.Equal(other.Order.Lease, Assert.Single((await Plane.Logs.NextAsync()).Pieces).Lease);
    }

    private async Task<FakeSandbox> StartedAfterAsync(FakeSandbox before)
    {
        before.End(0);
        await Plane.Finishes.NextAsync();
        return await StartedAsync(TaskAssignments.New());
    }
}
