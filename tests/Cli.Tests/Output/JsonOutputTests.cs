using System.Text.Json;
using OrleansHybrid.Support.Iron;
using static OrleansHybrid.Cli.Tests.CliFixture;

namespace OrleansHybrid.Cli.Tests.Output;

/// <summary>With <c>--json</c> standard output holds one document, whose keys scripts rely on.</summary>
public sealed class JsonOutputTests
{
    [Theory(Timeout = 10_000)]
    [InlineData("cluster create mine", "id name token run")]
    [InlineData("cluster token add c1", "id token run")]
    [InlineData("cluster token list c1", "tokens")]
    [InlineData("cluster token revoke c1 t1", "id msg")]
    [InlineData("worker upload --name hello.rb treeder/hello.rb", "id name rev")]
    [InlineData("worker queue hello.rb", "tasks")]
    [InlineData("worker queue --wait hello.rb", "tasks")]
    [InlineData($"worker log {TaskId}", "id log")]
    [InlineData($"worker cancel {TaskId}", "id msg")]
    [InlineData("worker schedule --run-every 60 hello.rb", "id")]
    [InlineData("worker schedules", "schedules")]
    [InlineData($"worker schedule-cancel {ScheduleId}", "id msg")]
    [InlineData("launcher runs", "runs")]
    [InlineData($"launcher log {TaskId}", "id log")]
    [InlineData($"launcher cancel {TaskId}", "id credential_id state commit_hash attempt created_at deadline cost")]
    [InlineData("launcher audit", "records verified")]
    [InlineData("keygen", "key bits")]
    public async Task Each_command_prints_one_document_with_these_keys(string line, string keys)
    {
        await using var test = await StartWithResponsesAsync();

        var outcome = await test.RunAsync($"--json {line}");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(keys, Names(One(outcome)));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_queued_task_has_its_id()
    {
        await using var test = await StartWithResponsesAsync();

        var document = One(await test.RunAsync("worker queue hello.rb --json"));

        Assert.Equal($$"""[{"id":"{{TaskId}}"}]""", document.GetProperty("tasks").GetRawText());
    }

    [Fact(Timeout = 10_000)]
    public async Task A_task_that_was_waited_for_has_its_outcome_and_log()
    {
        await using var test = await StartWithResponsesAsync();
        test.SetTask(
            "out\e[1m\n",
            $$"""{"id":"{{TaskId}}","status":"error","msg":"exit code 7","exit_code":7,"duration":1500}""");

        var outcome = await test.RunAsync("worker queue --wait hello.rb --json");

        Assert.Equal(7, outcome.ExitCode);
        var task = Assert.Single(One(outcome).GetProperty("tasks").EnumerateArray());
        Assert.Equal("id status msg exit_code duration log", Names(task));
        Assert.Equal("out\e[1m\n", task.GetProperty("log").GetString());
        Assert.Equal(7, task.GetProperty("exit_code").GetInt32());
    }

    [Fact(Timeout = 10_000)]
    public async Task A_status_is_the_task_as_the_server_shows_it()
    {
        await using var test = await StartWithResponsesAsync();

        var document = One(await test.RunAsync($"worker status {TaskId} --json"));

        Assert.StartsWith("id project_id code_id", Names(document), StringComparison.Ordinal);
        Assert.Equal("complete", document.GetProperty("status").GetString());
        Assert.Equal(0, document.GetProperty("exit_code").GetInt32());
    }

    [Fact(Timeout = 10_000)]
    public async Task A_followed_log_is_one_document_a_piece()
    {
        await using var test = await StartWithResponsesAsync();
        test.SetTask("", "running", "running", "complete");
        test.Server.On(Log, FakeResponse.Text("one\n"), FakeResponse.Text("two\n", 206), FakeResponse.Text("end", 206));

        var outcome = await test.RunAsync($"worker log --follow {TaskId} --json");

        var pieces = outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("log").GetString());
        Assert.Equal(["one\n", "two\n", "end"], pieces);
    }

    [Fact(Timeout = 10_000)]
    public async Task Trouble_leaves_standard_output_empty()
    {
        await using var test = await StartAsync();

        var outcome = await test.RunAsync("worker status nowhere --json");

        Assert.Equal((ExitCodes.NotFound, ""), (outcome.ExitCode, outcome.Out));
    }

    private static async Task<CliFixture> StartWithResponsesAsync()
    {
        var test = await StartAsync();
        test.SetTask("Hello World!\n", $$"""{"id":"{{TaskId}}","status":"complete","exit_code":0}""");
        test.Server.On(
            "POST /2/clusters", FakeResponse.Json("""{"msg":"ok","cluster":{"id":"c1","name":"mine","token":"t1"}}"""));
        test.Server.On($"POST {Project}/schedules/{ScheduleId}/cancel", FakeResponse.Json("""{"msg":"Cancelled"}"""));
        test.Server.On($"GET {Project}/schedules", FakeResponse.Json("""{"schedules":[]}"""));
        test.Server.On("POST /2/clusters/c1/tokens", FakeResponse.Json("""{"token":{"id":"t1","token":"x.y"}}"""));
        test.Server.On("GET /2/clusters/c1/tokens", FakeResponse.Json("""{"tokens":[]}"""));
        test.Server.On("DELETE /2/clusters/c1/tokens/t1", FakeResponse.Json("""{"msg":"Token revoked"}"""));
        test.Server.On("GET /launcher/v1/runs", FakeResponse.Json("""{"runs":[]}"""));
        test.Server.On("GET /launcher/v1/audit", FakeResponse.Json("""{"records":[],"verified":true}"""));
        test.Server.On($"GET /launcher/v1/runs/{TaskId}", FakeResponse.Json($$"""{"id":"{{TaskId}}","state":"ended","attempt":1}"""));
        test.Server.On($"GET /launcher/v1/runs/{TaskId}/log", FakeResponse.Text("one\n"), FakeResponse.Text(""));
        test.Server.On(
            $"POST /launcher/v1/runs/{TaskId}/cancel", FakeResponse.Json($$"""{"id":"{{TaskId}}","state":"stopping","attempt":1}"""));
        test.Server.On($"POST {Project}/tasks/{TaskId}/cancel", FakeResponse.Json("""{"msg":"Cancelled"}"""));
        return test;
    }

    private static JsonElement One(CliResult outcome)
    {
        Assert.EndsWith("}\n", outcome.Out, StringComparison.Ordinal);
        return JsonDocument.Parse(outcome.Out).RootElement;
    }

    private static string Names(JsonElement json) => string.Join(' ', json.EnumerateObject().Select(one => one.Name));
}
