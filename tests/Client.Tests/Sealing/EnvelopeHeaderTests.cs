using System.Text;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Support.Iron;
using static OrleansHybrid.Client.Tests.Sealing.SealingClientFixture;

namespace OrleansHybrid.Client.Tests.Sealing;

/// <summary>S37: what the client puts into an envelope's header, and where it has that from.</summary>
public sealed class EnvelopeHeaderTests
{
    private static readonly NewTask Hello = new() { CodeName = "hello", Payload = "the secret Zoë" };

    [Fact(Timeout = 10_000)]
    public async Task A_task_that_says_all_is_sealed_without_asking_anybody()
    {
        await using var test = await StartAsync();
        var end = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);

        await test.Client.Tasks.EnqueueAsync(Hello with { Cluster = ClusterId, Runs = "2", NotAfter = end });

        Assert.Equal([Queue], test.Server.Requests.Select(request => request.Call));
        var sent = Assert.Single(test.Sent());
        Assert.Equal(["code_name", "payload", "cluster"], sent.EnumerateObject().Select(field => field.Name));
        var opened = Open(sent);
        Assert.Equal("the secret Zoë", Encoding.UTF8.GetString(opened.Plaintext));
        Assert.Equal(
            new EnvelopeHeader { Project = ProjectId, Cluster = ClusterId, Code = "hello", Runs = "2", NotAfter = 1_900_000_000 },
            opened.Header with { Task = "" });
    }

    [Theory(Timeout = 10_000)]
    [InlineData(null, ClusterId, Project)]
    [InlineData("", ClusterId, Project)]
    [InlineData("default", ClusterId, Project)]
    [InlineData("site", OtherId, Clusters)]
    public async Task A_cluster_without_its_id_is_asked_for_once_and_its_id_is_sent(string? named, string id, string asked)
    {
        await using var test = await StartAsync();

        for (var i = 0; i < 2; i++)
        {
            await test.Client.Tasks.EnqueueAsync(Hello with { Cluster = named, Runs = "*" });

            var sent = Assert.Single(test.Sent());
            Assert.Equal((id, id), (Open(sent).Header.Cluster, sent.GetProperty("cluster").GetString()));
        }

        Assert.Equal([asked, Queue, Queue], test.Server.Requests.Select(request => request.Call));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_shared_cluster_is_found_behind_the_own_ones_of_all_pages()
    {
        await using var test = await StartAsync();
        var full = string.Join(',', Enumerable.Range(0, 100).Select(i => $$"""{"id":"{{i:x24}}","name":"other"}"""));
        test.Server.On(
            Clusters,
            FakeResponse.Json($$"""{"clusters":[{{full}}]}"""),
            FakeResponse.Json("""{"clusters":[]}"""),
            FakeResponse.Json($$"""{"clusters":[{"id":"{{OtherId}}","name":"site"},{"id":"{{ClusterId}}","name":"site"}]}"""));

        await test.Client.Tasks.EnqueueAsync(Hello with { Cluster = "site", Runs = "1" });

        Assert.Equal(ClusterId, Open(Assert.Single(test.Sent())).Header.Cluster);
        Assert.Equal(
            ["?page=0&per_page=100", "?page=1&per_page=100", "?shared=true&page=0&per_page=100"],
            test.Server.Requests.Where(request => request.Call == Clusters).Select(request => request.Query));
    }

    [Theory(Timeout = 10_000)]
    [InlineData(null, "{\"id\":\"p\"}", "no default cluster")]
    [InlineData(null, "{\"id\":\"p\",\"default_cluster\":\"\"}", "no default cluster")]
    [InlineData(null, "{\"id\":\"p\",\"default_cluster\":\"*\"}", "no default cluster")]
    [InlineData("nowhere", "{}", "no cluster nowhere")]
    public async Task S37_without_a_cluster_to_seal_for_nothing_is_sent(string? named, string project, string why)
    {
        await using var test = await StartAsync();
        test.Server.On(Project, FakeResponse.Json(project));

        var refused = await Assert.ThrowsAsync<HybridException>(() => test.Client.Tasks.EnqueueAsync(Hello with { Cluster = named }));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, test.Server.Count(Queue));
    }

    [Fact(Timeout = 10_000)]
    public async Task The_name_of_a_cluster_that_is_gone_is_asked_for_again()
    {
        await using var test = await StartAsync();
        await test.Client.Tasks.EnqueueAsync(Hello);
        test.Server.On(Queue, FakeResponse.Error(404, "there is no such cluster"), FakeResponse.Json("""{"tasks":[{"id":"a"}]}"""));
        await Assert.ThrowsAsync<HybridException>(() => test.Client.Tasks.EnqueueAsync(Hello));
        test.Server.On(Project, FakeResponse.Json($$"""{"id":"p","default_cluster":"{{OtherId}}"}"""));

        await test.Client.Tasks.EnqueueAsync(Hello);

        Assert.Equal(OtherId, Open(Assert.Single(test.Sent())).Header.Cluster);
    }

    [Fact(Timeout = 10_000)]
    public async Task Runs_are_one_and_the_codes_retries_which_are_remembered_for_30_seconds()
    {
        await using var test = await StartAsync();
        test.Server.On(FindCode, Retries(3), Retries(0));

        Assert.Equal(("4", "4"), (await RunsAsync(), await RunsAsync()));
        test.Test.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("1", await RunsAsync());
        Assert.Equal("?name=hello", test.Server.Requests.First(request => request.Call == FindCode).Query);
        Assert.Equal(2, test.Server.Count(FindCode));

        async Task<string> RunsAsync()
        {
            await test.Client.Tasks.EnqueueAsync(Hello with { Cluster = ClusterId });
            return Open(Assert.Single(test.Sent())).Header.Runs;
        }
    }

    [Theory(Timeout = 10_000)]
    [InlineData(int.MaxValue, "11")]
    [InlineData(-5, "1")]
    public async Task S37_a_control_plane_that_lies_about_retries_gets_no_more_starts_than_a_code_can_have(int claimed, string runs)
    {
        await using var test = await StartAsync();
        test.Server.On(FindCode, Retries(claimed));

        await test.Client.Tasks.EnqueueAsync(Hello);

        Assert.Equal(runs, Open(Assert.Single(test.Sent())).Header.Runs);
    }

    [Fact(Timeout = 10_000)]
    public async Task Concurrent_callers_share_one_request()
    {
        await using var test = await StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => test.Client.Tasks.EnqueueAsync(Hello)));

        Assert.Equal((1, 1, 50), (test.Server.Count(Project), test.Server.Count(FindCode), test.Server.Count(Queue)));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_question_that_failed_is_asked_again()
    {
        await using var test = await StartAsync();
        test.Server.On(Project, FakeResponse.Error(403, "no"), FakeResponse.Json($$"""{"id":"p","default_cluster":"{{ClusterId}}"}"""));
        await Assert.ThrowsAsync<HybridException>(() => test.Client.Tasks.EnqueueAsync(Hello));

        await test.Client.Tasks.EnqueueAsync(Hello);

        Assert.Equal(ClusterId, Open(Assert.Single(test.Sent())).Header.Cluster);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1000001")]
    [InlineData("often")]
    public async Task Runs_that_can_not_be_meant_are_rejected(string runs)
    {
        await using var test = await StartAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => test.Client.Tasks.EnqueueAsync(Hello with { Runs = runs }));

        Assert.Empty(test.Server.Requests);
    }

    private static FakeResponse Retries(int count) => FakeResponse.Json(
        $$"""{"codes":[{"id":"a","name":"hello.rb","retries":9},{"id":"c","name":"hello","retries":{{count}}}]}""");
}
