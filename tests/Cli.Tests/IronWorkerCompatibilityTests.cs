using System.Text.Json;
using OrleansHybrid.Support.Iron;
using static OrleansHybrid.Cli.Tests.CliFixture;

namespace OrleansHybrid.Cli.Tests;

/// <summary>Each <c>iron worker</c> line of the original document, with only the program's name changed.</summary>
public sealed class IronWorkerCompatibilityTests
{
    private const string Key = "5c1f0e3b9a7748d2b6e4037fa1c8eeff";

    [Theory(Timeout = 10_000)]
    [InlineData("worker upload --name hello.rb treeder/hello.rb")]
    [InlineData("worker upload -name hello.rb treeder/hello.rb")]
    [InlineData("worker upload -name=hello.rb treeder/hello.rb")]
    public async Task Upload_your_worker(string line)
    {
        await using var test = await StartAsync();

        var outcome = await test.RunAsync(line);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains(
            """{"name":"hello.rb","image":"treeder/hello.rb"}""",
            test.Server.Single(Upload).Body,
            StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("worker queue --cluster CLUSTER_ID --wait hello.rb")]
    [InlineData("worker queue -cluster CLUSTER_ID -wait hello.rb")]
    public async Task Queue_and_wait(string line)
    {
        await using var test = await StartAsync();
        test.SetTask("Hello World!\n", "queued", "running", "complete");

        var outcome = await test.RunAsync(line);

        Assert.Equal((0, "Hello World!\n"), (outcome.ExitCode, outcome.Out));
        var task = Assert.Single(Tasks(test));
        Assert.Equal("CLUSTER_ID", task.GetProperty("cluster").GetString());
        Assert.Equal("hello.rb", task.GetProperty("code_name").GetString());
        Assert.Equal("", task.GetProperty("payload").GetString());
    }

    [Theory(Timeout = 10_000)]
    [InlineData($"worker queue --encryption-key {Key} --cluster CLUSTER_ID --wait hello.rb")]
    [InlineData($"worker queue -encryption-key {Key} -cluster CLUSTER_ID -wait hello.rb")]
    public async Task Queue_encrypted_and_wait(string line)
    {
        await using var test = await StartAsync();
        test.SetTask("Hello World!\n", "complete");

        var outcome = await test.RunAsync(line);

        Assert.Equal((0, "Hello World!\n"), (outcome.ExitCode, outcome.Out));
        Assert.StartsWith("oh1.", Assert.Single(Tasks(test)).GetProperty("payload").GetString(), StringComparison.Ordinal);
        Assert.All(test.Server.Requests, request => Assert.DoesNotContain(Key, request.Body, StringComparison.Ordinal));
    }

    [Fact(Timeout = 10_000)]
    public async Task Queue_encrypted_as_published()
    {
        await using var test = await StartAsync();

        await test.RunAsync($"worker queue --seal s --encryption-key {Key} --cluster CLUSTER_ID hello.rb");

        Assert.Equal(40, Assert.Single(Tasks(test)).GetProperty("payload").GetString()!.Length);
    }

    [Fact(Timeout = 10_000)]
    public async Task The_documents_own_sample_key_is_rejected_with_the_way_to_a_good_one()
    {
        await using var test = await StartAsync();

        var outcome = await test.RunAsync(
            "worker queue --encryption-key E93F1EAA90A651D46A23D543583CA319 --cluster CLUSTER_ID --wait hello.rb");

        Assert.Equal(ExitCodes.ConfigError, outcome.ExitCode);
        Assert.Contains("hybrid keygen", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(test.Server.Requests);
    }

    [Fact(Timeout = 10_000)]
    public async Task Global_flags_may_come_first_as_with_the_published_program()
    {
        await using var test = await StartUnconfiguredAsync();
        test.Server.On(Queue, FakeResponse.Json($$"""{"tasks":[{"id":"{{TaskId}}"}]}"""));

        var outcome = await test.RunAsync(
            $"-token t -project-id 0123456789abcdef01234567 -host 127.0.0.1 -port {test.Server.Url.Port} -scheme http "
            + "worker queue -payload p hello.rb");

        Assert.Equal((0, $"{TaskId}\n"), (outcome.ExitCode, outcome.Out));
    }

    private static JsonElement.ArrayEnumerator Tasks(CliFixture test) =>
        JsonDocument.Parse(test.Server.Single(Queue).Bytes).RootElement.GetProperty("tasks").EnumerateArray();
}
