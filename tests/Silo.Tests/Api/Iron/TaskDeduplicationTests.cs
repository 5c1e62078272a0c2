using System.Text.Json;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>Keys by which a second request to queue finds the task of the first.</summary>
public sealed class TaskDeduplicationTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 30_000)]
    public async Task A_request_that_is_sent_again_with_its_idempotency_key_queues_nothing_more()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        const string body = """{"tasks":[{"code_name":"hello","idempotency_key":"order 7","payload":"p"}]}""";

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => tenant.PostTasksAsync(body)));

        var tasks = replies.Select(reply => reply.Ok().GetProperty("tasks")[0]).ToList();
        Assert.Single(tasks.Select(Id).Distinct());
        Assert.Equal(19, tasks.Count(IsOld));
        Assert.Equal([Id(tasks[0])], await tenant.ListAsync());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_unique_key_keeps_a_second_task_from_waiting()
    {
        var tenant = await silo.NewTenantAsync();
        var runner = await tenant.EnrolAsync(await tenant.NewClusterAsync());
        await tenant.UploadAsync();
        const string body = """{"tasks":[{"code_name":"hello"},{"code_name":"hello","unique_key":"nightly"}]}""";
        var first = (await tenant.PostTasksAsync(body)).Ok().GetProperty("tasks");

        var second = (await tenant.PostTasksAsync(body)).Ok().GetProperty("tasks");
        string[] taken = [(await runner.ClaimOneAsync()).Lease.TaskId, (await runner.ClaimOneAsync()).Lease.TaskId];
        var third = (await tenant.PostTasksAsync(body)).Ok().GetProperty("tasks");

        Assert.Equal(Id(first[1]), Id(second[1]));
        Assert.Equal([false, true], second.EnumerateArray().Select(IsOld));
        Assert.Equal([Id(first[0]), Id(first[1])], taken);
        Assert.Equal([false, false], third.EnumerateArray().Select(IsOld));
    }

    [Fact(Timeout = 30_000)]
    public async Task B4_a_key_has_its_limit_and_without_one_the_answer_is_as_ever()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();

        var tooLong = await tenant.PostTasksAsync(
            $$"""{"tasks":[{"code_name":"hello","unique_key":"{{new string('k', 256)}}"}]}""");
        var plain = (await tenant.PostTasksAsync("""{"tasks":[{"code_name":"hello","unique_key":""}]}""")).Ok();

        Assert.Equal(400, tooLong.Status);
        Assert.Contains("tasks[0].unique_key", tooLong.Msg, StringComparison.Ordinal);
        Assert.Equal(["id"], plain.GetProperty("tasks")[0].EnumerateObject().Select(member => member.Name));
    }

    private static string Id(JsonElement task) => task.GetProperty("id").GetString()!;

    private static bool IsOld(JsonElement task) => task.TryGetProperty("existing", out var existing) && existing.GetBoolean();
}
