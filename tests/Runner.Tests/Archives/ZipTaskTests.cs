using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Archives;

/// <summary>From an order with a zip to a result (X4).</summary>
public sealed class ZipTaskTests : RunnerTestBase
{
    private static readonly byte[] Hello = ZipBuilder.Of(("__runner__.sh", "echo hello"), ("config/a.yml", "b"));

    [Fact(Timeout = 60_000)]
    public async Task A_task_is_created_with_the_files_of_its_zip_and_prepares_while_they_come()
    {
        var come = new TaskCompletionSource<int>();
        var files = new List<string>();
        Plane.Zip = Hello;
        Plane.Interceptors["zip"] = _ => come.Task;
        Sandboxes.Configure = made => made.OnCreate = given => files.AddRange(given.Zip!.Files.Select(file => file.Path));
        var order = TaskAssignments.New() with { Zip = ZipBuilder.Named(Hello, "__runner__.sh", "sh") };
        Plane.Offer(order);
        var sandbox = await Sandboxes.NextAsync();

        await Plane.ZipCalls.NextAsync(call => call.Lease == order.Lease);
        await AdvanceUntilAsync(Plane.Heartbeats.NextAsync(beat => Assert.Single(beat.Leases).Phase == "preparing"));
        Assert.False(sandbox.Created.IsCompleted);
        come.SetResult(0);
        await sandbox.Started;
        await AdvanceUntilAsync(Plane.Heartbeats.NextAsync(beat => Assert.Single(beat.Leases).Phase == "running"));
        sandbox.End(0);

        Assert.Equal("complete", Assert.Single((await Plane.Finishes.NextAsync()).Results).Status);
        Assert.Equal(["__runner__.sh", "config/a.yml"], files);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cancel_ends_the_download_and_the_program_never_starts()
    {
        var gaveUp = new TaskCompletionSource();
        Plane.Zip = Hello;
        Plane.Interceptors["zip"] = async context =>
        {
            using var _ = context.RequestAborted.Register(gaveUp.SetResult);
            await gaveUp.Task;
            return 503;
        };
        var order = TaskAssignments.New() with { Zip = ZipBuilder.Named(Hello) };
        Plane.Offer(order);
        var sandbox = await Sandboxes.NextAsync();
        await Plane.ZipCalls.NextAsync();

        Plane.CancelTask(order.Lease);

        await gaveUp.Task;
        Assert.Equal("cancelled", Assert.Single((await Plane.Finishes.NextAsync()).Results).Status);
        await sandbox.Removed;
        Assert.False(sandbox.Created.IsCompleted);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_lost_lease_ends_the_download_without_a_word()
    {
        Plane.Zip = Hello;
        Plane.Fail("zip", 409);
        var order = TaskAssignments.New() with { Zip = ZipBuilder.Named(Hello) };
        Plane.Statuses[("heartbeat", order.Lease.TaskId)] = "lost";
        Plane.Offer(order);

        var sandbox = await Sandboxes.NextAsync();
        await sandbox.Removed;
        Assert.Equal((false, 0), (sandbox.Created.IsCompleted, Plane.Finishes.Count));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_zip_with_another_checksum_ends_its_task_and_a_retry_may_get_a_better_one()
    {
        Plane.Zip = [.. Hello.Select((one, at) => at == 50 ? (byte)~one : one)];

        var result = await ErrorAsync(TaskAssignments.New() with { Zip = ZipBuilder.Named(Hello) });

        Assert.Contains("SHA-256", result.Message, StringComparison.Ordinal);
        Assert.True(result.Retryable);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_zip_that_would_do_harm_ends_its_task_for_good()
    {
        Plane.Zip = ZipBuilder.Of(("../outside", "text"));

        var result = await ErrorAsync(TaskAssignments.New() with { Zip = ZipBuilder.Named(Plane.Zip) });

        Assert.Contains("\"../outside\"", result.Message, StringComparison.Ordinal);
        Assert.False(result.Retryable);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_zip_without_the_file_that_is_to_be_started_ends_its_task_for_good()
    {
        Plane.Zip = Hello;

        var result = await ErrorAsync(TaskAssignments.New() with { Zip = ZipBuilder.Named(Hello, "hello.sh", "sh") });

        Assert.Contains("\"hello.sh\"", result.Message, StringComparison.Ordinal);
        Assert.False(result.Retryable);
    }

    private async Task<TaskResult> ErrorAsync(TaskAssignment order)
    {
        Plane.Offer(order);
        var sandbox = await Sandboxes.NextAsync();
        var result = Assert.Single((await Plane.Finishes.NextAsync()).Results);
        await sandbox.Removed;
        Assert.Equal(("error", false), (result.Status, sandbox.Created.IsCompleted));
        return result;
    }
}
