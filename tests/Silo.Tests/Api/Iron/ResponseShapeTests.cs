using System.Globalization;
using System.Text.RegularExpressions;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>Golden JSON: names, types and order of what published clients read, with ids and times replaced.</summary>
public sealed partial class ResponseShapeTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private const string Digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly string[] Forbidden =
        ["start_at", "end_at", "next_start", "last_run_time", "run_count", "run_every"];

    [Fact(Timeout = 30_000)]
    public async Task A_queued_task_has_all_its_keys()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var id = await tenant.QueueAsync(
            """
            "payload":"a+b/c=","label":"l","priority":2,"timeout":60,"delay":3600
            """);

        var body = (await tenant.Api.GetAsync($"{tenant.Project}/tasks/{id}")).Body;

        Assert.Equal(
            """
            {"id":"ID","project_id":"ID","code_id":"ID","code_history_id":"ID","code_name":"hello","code_rev":"1",
            "status":"queued","msg":"","priority":2,"timeout":60,"delay":3600,"payload":"a\u002Bb/c=","cluster":"ID",
            "label":"l","schedule_id":"","message_id":"","created_at":"TIME","updated_at":"TIME",
            "start_time":"0001-01-01T00:00:00Z","end_time":"0001-01-01T00:00:00Z","duration":0,"run_times":0,
            "percent":0,"log_size":0,"retry_count":0,"phase":"queued","attempt":0}
            """.ReplaceLineEndings(""),
            Golden(body));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_finished_task_tells_when_it_ran_and_how_it_ended()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var id = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running", digest: $"sha256:{Digest}");
        await runner.FinishAsync(lease, "error", "exit code 3", exitCode: 3);

        var task = await tenant.TaskAsync(id);

        Assert.Equal("error", task.GetProperty("status").GetString());
        Assert.Equal("exit code 3", task.GetProperty("msg").GetString());
        Assert.Equal(3, task.GetProperty("exit_code").GetInt32());
        Assert.Equal(1, task.GetProperty("attempt").GetInt32());
        Assert.Equal($"sha256:{Digest}", task.GetProperty("image_digest").GetString());
        Assert.Equal(5, task.GetProperty("duration").GetInt32());
        string[] order = ["created_at", "start_time", "end_time"];
        var times = order.Select(name => Time(task.GetProperty(name).GetString()!)).ToList();
        Assert.Equal(times.Order(), times);
    }

    [Fact(Timeout = 30_000)]
    public async Task Trap_2_no_key_makes_a_task_look_like_a_schedule()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var id = await tenant.QueueAsync("\"start_at\":\"2020-01-01T00:00:00Z\",\"run_every\":60");
        var task = await tenant.TaskAsync(id);

        Assert.DoesNotContain(task.EnumerateObject(), member => Forbidden.Contains(member.Name));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_code_has_all_its_keys()
    {
        var tenant = await silo.NewTenantAsync();
        var id = await tenant.UploadAsync(
            """
            {"name":"a/b:c d","image":"registry:5000/a/b:tag","command":"run it","config":"{\"x\":1}",
            "max_concurrency":7,"retries":2,"retries_delay":30,"default_priority":1,"env_vars":{"A":"1","B":""}}
            """);

        var body = (await tenant.Api.GetAsync($"{tenant.Project}/codes/{id}")).Body;

        Assert.Equal(
            """
            {"id":"ID","project_id":"ID","name":"a/b:c d","rev":1,"latest_history_id":"ID","latest_change":"TIME",
            "latest_checksum":"","image":"registry:5000/a/b:tag","command":"run it","stack":"","runtime":"",
            "max_concurrency":7,"retries":2,"retries_delay":30,"default_priority":1,"priority":1,
            "config":"{\u0022x\u0022:1}","env_vars":{"A":"1","B":""},"lease_seconds":60,"max_losses":3,
            "paused":false,"status":"","created_at":"TIME","updated_at":"TIME","archived_at":"0001-01-01T00:00:00Z"}
            """.ReplaceLineEndings(""),
            Golden(body));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_revision_has_all_its_keys()
    {
        var tenant = await silo.NewTenantAsync();
        var id = await tenant.UploadAsync(
            """
            {"name":"a/b:c d","image":"registry:5000/a/b:tag","command":"run it","config":"{\"x\":1}",
            "max_concurrency":7,"retries":2,"retries_delay":30,"default_priority":1,"env_vars":{"A":"1","B":""},
            "stack":"ruby-2","runtime":"ruby","file_name":"a.rb"}
            """);

        var body = (await tenant.Api.GetAsync($"{tenant.Project}/codes/{id}/revisions")).Body;

        Assert.Equal(
            """
            {"revisions":[{"id":"ID","code_id":"ID","project_id":"ID","name":"a/b:c d","rev":1,
            "image":"registry:5000/a/b:tag","command":"run it","config":"{\u0022x\u0022:1}","env_vars":{"A":"1","B":""},
            "max_concurrency":7,"retries":2,"retries_delay":30,"priority":1,"runtime":"ruby","stack":"ruby-2",
            "file_name":"a.rb","checksum":"","code_size":0,"created_at":"TIME","updated_at":"TIME"}]}
            """.ReplaceLineEndings(""),
            Golden(body));
    }

    [Fact(Timeout = 30_000)]
    public async Task Projects_have_id_and_name_and_their_default_cluster_once_there_is_one()
    {
        var tenant = await silo.NewTenantAsync();

        Assert.Equal("""{"id":"ID","name":"jobs"}""", Golden((await tenant.Api.GetAsync(tenant.Project)).Body));
        Assert.Equal(
            """{"projects":[{"id":"ID","name":"jobs"}]}""", Golden((await tenant.Api.GetAsync("/2/projects")).Body));

        var cluster = await tenant.NewClusterAsync();

        Assert.Equal(cluster, (await tenant.Api.GetAsync(tenant.Project)).Ok().GetProperty("default_cluster").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task Clusters_have_all_their_keys()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync(
            """{"name":"site","memory":10485760,"disk":2097152,"cpu_share":2,"autoscale":{}}""");
        const string plain =
            """
            "id":"ID","name":"site","user_id":"ID","memory":10485760,"disk_space":2097152,"cpu_share":2,
            """
            + """
            "max_timeout":3600
            """;

        var list = (await tenant.Api.GetAsync("/2/clusters")).Body;
        var info = (await tenant.Api.GetAsync($"/2/clusters/{cluster}")).Body;
        var stats = (await tenant.Api.GetAsync($"/2/clusters/{cluster}/stats")).Body;

        Assert.Equal("{\"clusters\":[{" + plain + "}]}", Golden(list));
        Assert.Equal(
            "{\"cluster\":{" + plain + ""","runners_total":0,"runners_available":0,"machines":[],"shared_to":[]}}""",
            Golden(info));
        Assert.Equal(
            """
            {"cluster":{"runners_total":0,"runners_available":0,"queued":0,"ewma":0,"ewma_beta":0.9,"instances":[]}}
            """,
            Golden(stats));
    }

    private static string Golden(string body) => Times().Replace(Ids().Replace(body, "\"ID\""), "\"TIME\"");

    private static DateTimeOffset Time(string text) => DateTimeOffset.ParseExact(
        text, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    [GeneratedRegex("\"[0-9a-f]{24}\"")]
    private static partial Regex Ids();

    [GeneratedRegex("\"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z\"")]
    private static partial Regex Times();
}
