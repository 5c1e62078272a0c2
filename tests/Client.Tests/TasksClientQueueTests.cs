using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Support.Iron;

namespace OrleansHybrid.Client.Tests;

public sealed class TasksClientQueueTests
{
    private const string Call = $"POST {ClientFixture.Project}/tasks";

    [Fact(Timeout = 10_000)]
    public async Task A_batch_is_one_call_and_its_ids_come_back_in_order()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Call, FakeResponse.Json("""{"msg":"Queued up","tasks":[{"id":"a"},{"id":"b"}]}"""));

        var ids = await test.Client.Tasks.EnqueueAsync(
        [
            new NewTask { CodeName = "hello.rb", Payload = "p", Priority = 2, Cluster = "c", Timeout = 60 },
            new NewTask { CodeName = "hello.rb", Delay = 5, Label = "l" },
        ]);

        Assert.Equal(["a", "b"], ids);
        var request = test.Server.Single(Call);
        Assert.Equal("OAuth secret-token", request.Headers["Authorization"]);
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.Equal(
            """{"tasks":[{"code_name":"hello.rb","payload":"p","priority":2,"cluster":"c","timeout":60},"""
            + """{"code_name":"hello.rb","payload":"","delay":5,"label":"l"}]}""",
            request.Body);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_response_with_too_few_ids_is_an_error()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Call, FakeResponse.Json("""{"msg":"Queued up","tasks":[]}"""));

        var trouble = await Assert.ThrowsAsync<HybridException>(
            () => test.Client.Tasks.EnqueueAsync(new NewTask { CodeName = "hello.rb" }));

        Assert.False(trouble.IsTransient);
    }

    [Fact(Timeout = 10_000)]
    public async Task Without_a_project_the_call_says_what_is_missing()
    {
        await using var test = await ClientFixture.StartAsync();
        var client = test.CreateClient(options => options with { ProjectId = "" });

        var bug = await Assert.ThrowsAsync<InvalidOperationException>(
            () => client.Tasks.EnqueueAsync(new NewTask { CodeName = "hello.rb" }));

        Assert.Contains("ProjectId", bug.Message, StringComparison.Ordinal);
        Assert.Empty(test.Server.Requests);
    }
}
