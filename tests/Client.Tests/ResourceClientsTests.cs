using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Support.Iron;

namespace OrleansHybrid.Client.Tests;

public sealed class ResourceClientsTests
{
    [Fact(Timeout = 10_000)]
    public async Task A_list_of_tasks_is_narrowed_by_what_was_asked()
    {
        await using var test = await ClientFixture.StartAsync();
        const string call = $"GET {ClientFixture.Project}/tasks";
        test.Server.On(call, FakeResponse.Json("""{"tasks":[{"id":"a","status":"queued","code_rev":"3"}]}"""));

        var tasks = await test.Client.Tasks.ListAsync(new TaskQuery
        {
            CodeName = "treeder/hello.rb & co",
            Cluster = "c1",
            Statuses = ["queued", "running"],
            From = DateTimeOffset.UnixEpoch.AddSeconds(5.9),
            Page = 2,
            PerPage = 100,
        });

        Assert.Equal("3", Assert.Single(tasks).CodeRev);
        Assert.Equal(
            "?page=2&per_page=100&code_name=treeder%2Fhello.rb%20%26%20co&cluster=c1&from_time=5&queued=1&running=1",
            test.Server.Single(call).Query);
    }

    [Fact(Timeout = 10_000)]
    public async Task Cancelling_posts_to_the_task()
    {
        await using var test = await ClientFixture.StartAsync();
        const string call = $"POST {ClientFixture.Project}/tasks/{ClientFixture.TaskId}/cancel";
        test.Server.On(call, FakeResponse.Json("""{"msg":"Cancelled"}"""));

        await test.Client.Tasks.CancelAsync(ClientFixture.TaskId);

        Assert.Empty(test.Server.Single(call).Bytes);
    }

    [Fact(Timeout = 10_000)]
    public async Task An_id_never_leaves_its_place_in_the_path()
    {
        await using var test = await ClientFixture.StartAsync();

        var trouble = await Assert.ThrowsAsync<HybridException>(() => test.Client.Tasks.GetAsync("../codes?x=#"));

        Assert.Equal(404, (int)trouble.Status!);
        var request = Assert.Single(test.Server.Requests);
        Assert.StartsWith($"{ClientFixture.Project}/tasks/", request.Path, StringComparison.Ordinal);
        Assert.Equal("", request.Query);
    }

    [Fact(Timeout = 10_000)]
    public async Task An_upload_has_the_data_part_first_and_the_zip_as_it_is()
    {
        await using var test = await ClientFixture.StartAsync();
        const string call = $"POST {ClientFixture.Project}/codes";
        test.Server.On(
            call,
            FakeResponse.Error(503, "busy"),
            FakeResponse.Json("""{"msg":"Upload successful.","id":"c","rev":4,"name":"hello.rb"}"""));
        byte[] zip = [0x50, 0x4b, 3, 4, 0, 0xff, 0x0d, 0x0a];

        var answer = await test.Client.Codes.UploadAsync(
            new NewCode
            {
                Name = "hello.rb",
                Image = "treeder/hello.rb",
                Retries = 2,
                EnvVars = new Dictionary<string, string> { ["A"] = "b=c" },
            },
            zip);

        Assert.Equal(("c", 4), (answer.Id, answer.Rev));
        var request = test.Server.Requests[^1];
        Assert.StartsWith("multipart/form-data; boundary=", request.Headers["Content-Type"], StringComparison.Ordinal);
        var data = request.Body.IndexOf(
            """{"name":"hello.rb","image":"treeder/hello.rb","retries":2,"env_vars":{"A":"b=c"}}""",
            StringComparison.Ordinal);
        var file = request.Body.IndexOf("name=file", StringComparison.Ordinal);
        Assert.True(data > 0 && file > data);
        Assert.True(request.Bytes.AsSpan().IndexOf(zip) > 0);
    }

    [Fact(Timeout = 10_000)]
    public async Task An_upload_without_a_zip_has_no_file_part()
    {
        await using var test = await ClientFixture.StartAsync();
        const string call = $"POST {ClientFixture.Project}/codes";
        test.Server.On(call, FakeResponse.Json("""{"id":"c"}"""));

        await test.Client.Codes.UploadAsync(new NewCode { Name = "hello.rb", Image = "treeder/hello.rb" });

        Assert.DoesNotContain("name=file", test.Server.Single(call).Body, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_new_cluster_comes_with_its_token_wherever_the_server_shows_it()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(
            "POST /2/clusters",
            FakeResponse.Json("""{"msg":"Cluster created","cluster":{"id":"c1","name":"n","token":"t1"}}"""),
            FakeResponse.Json("""{"msg":"Cluster created","cluster":{"id":"c2","name":"n"}}"""));
        test.Server.On("GET /2/clusters/c2/credentials", FakeResponse.Json("""{"token":"t2"}"""));

        var first = await test.Client.Clusters.CreateAsync(new NewCluster { Name = "n" });
        var second = await test.Client.Clusters.CreateAsync(new NewCluster { Name = "n" });

        Assert.Equal(("t1", "t2"), (first.Token, second.Token));
        Assert.Equal("""{"name":"n"}""", test.Server.Requests[0].Body);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_cluster_is_changed_shared_and_told_to_drain_by_its_own_calls()
    {
        await using var test = await ClientFixture.StartAsync();
        var (clusters, done) = (test.Client.Clusters, FakeResponse.Json("""{"msg":"done"}"""));
        foreach (var call in (string[])["PUT", "DELETE", "POST /share", "POST /unshare/u%2F1", "POST /terminate", "POST /pause", "POST /resume"])
        {
            var words = call.Split(' ');
            test.Server.On($"{words[0]} /2/clusters/c1{words.ElementAtOrDefault(1)}", done);
        }

        await clusters.UpdateAsync("c1", new ClusterUpdate { Memory = 7, CpuShare = 0 });
        await clusters.ShareAsync("c1", "a@example.org");
        await clusters.UnshareAsync("c1", "u/1");
        await clusters.TerminateAsync("c1", ["i1", "i2"]);
        await clusters.PauseAsync("c1", ["i3"]);
        await clusters.ResumeAsync("c1", ["i3"]);
        await clusters.DeleteAsync("c1");

        Assert.Equal(
            [
                """{"memory":7,"cpu_share":0}""", """{"email":"a@example.org"}""", "", """{"instance_ids":["i1","i2"]}""",
                """{"instance_ids":["i3"]}""", """{"instance_ids":["i3"]}""", "",
            ],
            test.Server.Requests.Select(request => request.Body));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_clusters_tokens_figures_and_shares_are_read()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On("POST /2/clusters/c1/tokens", FakeResponse.Json("""{"token":{"id":"t2","token":"s.u"}}"""));
        test.Server.On("GET /2/clusters/c1/tokens", FakeResponse.Json("""{"tokens":[{"id":"t2","runners":3}]}"""));
        test.Server.On("DELETE /2/clusters/c1/tokens/t2", FakeResponse.Json("""{"msg":"Token revoked"}"""));
        test.Server.On("GET /2/clusters/c1/stats", FakeResponse.Json("""{"cluster":{"queued":9,"ewma":4,"ewma_beta":0.9,"instances":[]}}"""));
        test.Server.On("GET /2/clusters", FakeResponse.Json("""{"clusters":[{"id":"c9"}]}"""));

        Assert.Equal("s.u", (await test.Client.Clusters.AddTokenAsync("c1")).Token);
        Assert.Equal(3, Assert.Single(await test.Client.Clusters.ListTokensAsync("c1")).Runners);
        await test.Client.Clusters.RevokeTokenAsync("c1", "t2");
        var stats = await test.Client.Clusters.GetStatsAsync("c1");
        Assert.Equal((9, 4, 0.9), (stats.Queued, stats.Ewma, stats.EwmaBeta));
        Assert.Equal("c9", Assert.Single(await test.Client.Clusters.ListSharedAsync(1, 5)).Id);
        Assert.Equal("?shared=true&page=1&per_page=5", test.Server.Single("GET /2/clusters").Query);
    }

    [Fact(Timeout = 10_000)]
    public async Task Clusters_and_codes_are_listed()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On("GET /2/clusters", FakeResponse.Json("""{"clusters":[{"id":"c1","memory":536870912}]}"""));
        test.Server.On(
            "GET /2/clusters/c1",
            FakeResponse.Json("""{"cluster":{"id":"c1","runners_total":2,"machines":[{"instance_id":"m"}]}}"""));
        test.Server.On(
            $"GET {ClientFixture.Project}/codes",
            FakeResponse.Json("""{"codes":[{"id":"x","name":"hello.rb","runtime":null,"env_vars":null}]}"""));

        var cluster = Assert.Single(await test.Client.Clusters.ListAsync(1, 50));
        var detail = await test.Client.Clusters.GetAsync("c1");
        var code = Assert.Single(await test.Client.Codes.ListAsync());

        Assert.Equal(536870912, cluster.Memory);
        Assert.Equal(2, detail.RunnersTotal);
        Assert.Equal("m", Assert.Single(detail.Machines!).InstanceId);
        Assert.Equal("", code.Runtime);
        Assert.Empty(code.EnvVars);
        Assert.Equal("?page=1&per_page=50", test.Server.Single("GET /2/clusters").Query);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_code_is_asked_for_by_its_name()
    {
        await using var test = await ClientFixture.StartAsync();
        var path = $"GET {ClientFixture.Project}/codes";
        test.Server.On(path, FakeResponse.Json("""{"codes":[{"id":"x","name":"a&b"}]}"""));

        var found = await test.Client.Codes.FindAsync("a&b");

        Assert.Equal(("x", "?name=a%26b"), (found?.Id, test.Server.Single(path).Query));
        test.Server.On(path, FakeResponse.Json("""{"codes":[]}"""));
        Assert.Null(await test.Client.Codes.FindAsync("nothing"));
    }
}
