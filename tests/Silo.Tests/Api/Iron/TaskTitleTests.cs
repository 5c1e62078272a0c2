using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>A task's title, from the request to the runner and to the page.</summary>
public sealed class TaskTitleTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private const string Title = "page 4 of 12";

    [Fact(Timeout = 30_000)]
    public async Task It_goes_to_the_runner_and_stays_with_the_task_and_its_retries()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync("""{"name":"hello","image":"busybox","retries":1}""");
        var runner = await tenant.EnrolAsync(cluster);
        var task = await tenant.QueueAsync($"\"title\":\"{Title}\"");

        var assignment = await runner.ClaimOneAsync();
        await runner.FinishAsync(assignment.Lease, "error", "exit code 1", exitCode: 1);

        Assert.Equal(Title, assignment.Title);
        Assert.Equal(Title, (await tenant.TaskAsync(task)).GetProperty("title").GetString());
        Assert.Equal(Title, (await runner.ClaimOneAsync()).Title);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_task_without_one_has_no_such_field()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();

        var task = await tenant.TaskAsync(await tenant.QueueAsync());

        Assert.False(task.TryGetProperty("title", out _));
    }

    [Fact(Timeout = 30_000)]
    public async Task It_is_on_the_page()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var task = await tenant.QueueAsync($"\"title\":\"{Title}\"");
        using var visitor = await PageClient.SignedInAsync(silo, tenant);

        Assert.Contains(Title, (await visitor.GetAsync($"/projects/{tenant.ProjectId}/tasks/{task}")).Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task One_that_is_too_long_is_rejected()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();

        var answer = await tenant.PostTasksAsync($$"""{"tasks":[{"code_name":"hello","title":"{{new string('x', 513)}}"}]}""");

        Assert.Equal(400, answer.Status);
        Assert.Contains("title", answer.Body, StringComparison.Ordinal);
    }
}
