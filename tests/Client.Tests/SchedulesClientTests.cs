using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Support.Iron;

namespace OrleansHybrid.Client.Tests;

public sealed class SchedulesClientTests
{
    private const string Id = "5f5a7c1e00000000000005c4";
    private const string All = $"{ClientFixture.Project}/schedules";

    [Fact(Timeout = 10_000)]
    public async Task Members_left_out_of_a_schedule_are_not_sent()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On($"POST {All}", FakeResponse.Json($$"""{"msg":"Scheduled","schedules":[{"id":"{{Id}}"}]}"""));

        var id = await test.Client.Schedules.CreateAsync(
            new NewSchedule { CodeName = "hello.rb", Payload = "null", RunEvery = 60 });

        Assert.Equal(Id, id);
        Assert.Equal(
            """{"schedules":[{"code_name":"hello.rb","payload":"null","run_every":60}]}""",
            test.Server.Single($"POST {All}").Body);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_schedule_is_read_with_its_times()
    {
        await using var test = await ClientFixture.StartAsync();
        const string one =
            $$"""{"id":"{{Id}}","status":"scheduled","end_at":"0001-01-01T00:00:00Z","next_start":"2030-01-01T00:00:00Z"}""";
        test.Server.On($"GET {All}/{Id}", FakeResponse.Json(one));
        test.Server.On($"GET {All}", FakeResponse.Json($$"""{"schedules":[{{one}}]}"""));
        test.Server.On($"GET {All}/{Id}/runs", FakeResponse.Json("""{"tasks":[{"id":"t","status":"running"}]}"""));

        var found = await test.Client.Schedules.GetAsync(Id);
        var listed = Assert.Single(await test.Client.Schedules.ListAsync(1, 50));
        var run = Assert.Single(await test.Client.Schedules.ListRunsAsync(Id, 2, 10));

        Assert.Equal((2030, DateTimeOffset.MinValue), (found.NextStart.Year, found.EndAt));
        Assert.Equal(found, listed);
        Assert.Equal("t", run.Id);
        Assert.Equal("?page=1&per_page=50", test.Server.Single($"GET {All}").Query);
        Assert.Equal("?page=2&per_page=10", test.Server.Single($"GET {All}/{Id}/runs").Query);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_change_sends_what_it_changes()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On($"PUT {All}/{Id}", FakeResponse.Json("""{"msg":"Updated"}"""));

        await test.Client.Schedules.UpdateAsync(Id, new ScheduleUpdate { RunEvery = 120 });

        Assert.Equal("""{"run_every":120}""", test.Server.Single($"PUT {All}/{Id}").Body);
    }

    [Fact(Timeout = 10_000)]
    public async Task Each_command_is_a_call_of_its_own()
    {
        await using var test = await ClientFixture.StartAsync();
        foreach (var verb in (string[])["cancel", "pause", "resume"])
        {
            test.Server.On($"POST {All}/{Id}/{verb}", FakeResponse.Json("""{"msg":"done"}"""));
        }

        test.Server.On($"POST {All}/{Id}/run", FakeResponse.Json("""{"msg":"Queued up","tasks":[{"id":"t"}]}"""));

        await test.Client.Schedules.PauseAsync(Id);
        await test.Client.Schedules.ResumeAsync(Id);
        var task = await test.Client.Schedules.RunAsync(Id);
        await test.Client.Schedules.CancelAsync(Id);

        Assert.Equal("t", task);
        Assert.Equal(["pause", "resume", "run", "cancel"], test.Server.Requests.Select(request => request.Path.Split('/')[^1]));
    }
}
