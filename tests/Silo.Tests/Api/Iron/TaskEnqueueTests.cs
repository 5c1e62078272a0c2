using System.Text;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>Queued tasks, and how they are shown: T1 to T6, B1 to B3.</summary>
public sealed class TaskEnqueueTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 30_000)]
    public async Task Tasks_are_answered_in_the_order_of_the_request()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();

        var entries = "abc".Select(payload => $$"""{"code_name":"hello","payload":"{{payload}}"}""");
        var reply = await tenant.PostTasksAsync($$"""{"tasks":[{{string.Join(',', entries)}}]}""");

        Assert.Equal((200, "Queued up"), (reply.Status, reply.Msg));
        var ids = reply.Json.GetProperty("tasks").EnumerateArray()
            .Select(task => task.GetProperty("id").GetString()!).ToList();
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{24}$", id));
        Assert.Equal(["a", "b", "c"], await PayloadsAsync(tenant, ids));
        Assert.Equal(ids.AsEnumerable().Reverse(), await tenant.ListAsync());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("2", 2)]
    [InlineData("0", 0)]
    [InlineData("-3", 1)]
    [InlineData("null", 1)]
    [InlineData("3", 1)]
    [InlineData("1.5", 1)]
    [InlineData("\"2\"", 2)]
    [InlineData("\"\"", 1)]
    public async Task T1_a_priority_out_of_range_is_the_codes(string priority, int expected)
    {
        var tenant = await silo.NewTenantAsync();
        await tenant.NewClusterAsync();
        await tenant.UploadAsync("""{"name":"hello","image":"busybox","default_priority":1}""");

        var task = await tenant.TaskAsync(await tenant.QueueAsync($"\"priority\":{priority}"));

        Assert.Equal(expected, task.GetProperty("priority").GetInt32());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("null", 7200)]
    [InlineData("0", 7200)]
    [InlineData("-1", 7200)]
    [InlineData("1.5", 2)]
    [InlineData("\"60\"", 60)]
    [InlineData("60.0", 60)]
    [InlineData("7201", 7200)]
    public async Task T2_a_timeout_is_at_most_the_clusters(string timeout, int expected)
    {
        var tenant = await silo.NewTenantAsync();
        await tenant.NewClusterAsync("""{"name":"site","max_timeout":7200}""");
        await tenant.UploadAsync();

        var task = await tenant.TaskAsync(await tenant.QueueAsync($"\"timeout\":{timeout}"));

        Assert.Equal(expected, task.GetProperty("timeout").GetInt32());
    }

    [Fact(Timeout = 30_000)]
    public async Task T3_a_cluster_is_named_by_id_or_name_and_left_out_for_the_default()
    {
        var tenant = await silo.NewTenantAsync();
        var first = await tenant.NewClusterAsync("""{"name":"first"}""");
        var second = await tenant.NewClusterAsync("""{"name":"second"}""");
        await tenant.UploadAsync();
        string[] asked = ["null", "\"\"", "\"default\"", $"\"{first}\"", "\"first\"", $"\"{second}\"", "\"second\""];

        var clusters = new List<string>();
        foreach (var cluster in asked)
        {
            var task = await tenant.TaskAsync(await tenant.QueueAsync($"\"cluster\":{cluster}"));
            clusters.Add(task.GetProperty("cluster").GetString()!);
        }

        Assert.Equal([first, first, first, first, first, second, second], clusters);
    }

    [Fact(Timeout = 30_000)]
    public async Task T3_without_any_cluster_the_answer_says_how_to_make_one()
    {
        var tenant = await silo.NewTenantAsync();
        await tenant.UploadAsync();

        var before = await tenant.PostTasksAsync("""{"tasks":[{"code_name":"hello"}]}""");
        await tenant.NewClusterAsync();
        var after = await tenant.PostTasksAsync("""{"tasks":[{"code_name":"hello"}]}""");

        Assert.Equal(400, before.Status);
        Assert.Contains("POST /2/clusters", before.Msg);
        Assert.Equal(200, after.Status);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("""{"code_name":"nope"}""", 404, "tasks[1].code_name")]
    [InlineData("""{"code_name":"hello","cluster":"nope"}""", 404, "tasks[1].cluster")]
    [InlineData("""{"payload":"x"}""", 406, "tasks[1].code_name")]
    [InlineData("""{"code_name":"hello","delay":604801}""", 400, "tasks[1].delay")]
    public async Task T4_one_bad_entry_queues_nothing(string entry, int status, string field)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();

        var reply = await tenant.PostTasksAsync($$"""{"tasks":[{"code_name":"hello"},{{entry}}]}""");

        Assert.Equal(status, reply.Status);
        Assert.Contains(field, reply.Msg);
        Assert.Empty(await tenant.ListAsync());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("""{"a": [1, null]}""", """{"a": [1, null]}""")]
    [InlineData("[1.50]", "[1.50]")]
    [InlineData("12", "12")]
    [InlineData("true", "true")]
    [InlineData("null", "")]
    [InlineData("\"null\"", "null")]
    [InlineData("\"\"", "")]
    [InlineData("\"nul\\u0000 ✓ \\ud83d\\ude00\"", "nul\0 ✓ 😀")]
    public async Task T5_a_payload_comes_back_as_it_was_sent(string payload, string expected)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();

        var task = await tenant.TaskAsync(await tenant.QueueAsync($"\"payload\":{payload}"));

        Assert.Equal(expected, task.GetProperty("payload").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task T6_a_delayed_task_is_queued_but_not_handed_out_before_its_time()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var later = await tenant.QueueAsync("\"delay\":1");
        var now = await tenant.QueueAsync();

        var first = await runner.ClaimOneAsync();
        var second = await runner.ClaimOneAsync();

        Assert.Equal([now, later], new[] { first.Lease.TaskId, second.Lease.TaskId });
        Assert.Equal(1, (await tenant.TaskAsync(later)).GetProperty("delay").GetInt32());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_task_keeps_the_revision_that_was_current_when_it_was_queued()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var before = await tenant.QueueAsync();
        await tenant.UploadAsync("""{"name":"hello","image":"busybox:2"}""");
        var after = await tenant.QueueAsync();

        Assert.Equal("1", (await tenant.TaskAsync(before)).GetProperty("code_rev").GetString());
        Assert.Equal("2", (await tenant.TaskAsync(after)).GetProperty("code_rev").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task B1_B2_nulls_and_unknown_keys_count_for_nothing()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();

        var reply = await tenant.PostTasksAsync(
            """
            {"oauth":"x","timestamp":1,"tasks":[{"code_name":"hello","label":null,"cluster":null,"payload":null,
            "timeout":null,"delay":null,"priority":null,"name":"n","sync":true,"wait":false,"encryptionKey":"k",
            "encryptionKeyFile":"f","standalone":true,"version":"1","class_name":"c","access_key":"a","options":[],
            "content_type":"t","source":"s","host":"h","start_at":"2020-01-01T00:00:00Z"}]}
            """);

        Assert.Equal(200, reply.Status);
        Assert.DoesNotContain("encryptionKey", (await tenant.Api.GetAsync($"{tenant.Project}/tasks")).Body);
    }

    [Fact(Timeout = 30_000)]
    public async Task B1_a_body_that_is_not_utf8_is_read_as_latin1()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var body = Encoding.Latin1.GetBytes("""{"tasks":[{"code_name":"hello","payload":"crème","label":"é"}]}""");

        var reply = await tenant.Api.PostAsync($"{tenant.Project}/tasks", body, "application/json");

        var task = await tenant.TaskAsync(reply.Ok().GetProperty("tasks")[0].GetProperty("id").GetString()!);
        Assert.Equal("crème", task.GetProperty("payload").GetString());
        Assert.Equal("é", task.GetProperty("label").GetString());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("application/json", 200)]
    [InlineData("Application/JSON; charset=utf-8", 200)]
    [InlineData("application/json;charset=ISO-8859-1", 200)]
    [InlineData("application/vnd.api+json", 200)]
    [InlineData("text/plain", 406)]
    [InlineData("application/x-www-form-urlencoded", 406)]
    [InlineData(null, 406)]
    public async Task B3_a_body_must_be_declared_as_json(string? type, int status)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var body = """{"tasks":[{"code_name":"hello"}]}"""u8.ToArray();

        var reply = await tenant.Api.PostAsync($"{tenant.Project}/tasks", body, type);

        Assert.Equal(status, reply.Status);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    public async Task B3_an_empty_body_is_an_empty_object_of_any_type(string? type)
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await tenant.Api.PostAsync($"{tenant.Project}/tasks", [], type);

        Assert.Equal((406, "tasks is required"), (reply.Status, reply.Msg));
    }

    [Fact(Timeout = 30_000)]
    public async Task B4_a_payload_may_be_64_KiB_and_no_more()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();

        var most = await tenant.PostTasksAsync(
            $$"""{"tasks":[{"code_name":"hello","payload":"{{new string('x', 65_536)}}"}]}""");
        var more = await tenant.PostTasksAsync(
            $$"""{"tasks":[{"code_name":"hello","payload":"{{new string('x', 65_537)}}"}]}""");

        Assert.Equal(200, most.Status);
        Assert.Equal((400, "tasks[0].payload must be at most 65536 bytes long, as sent"), (more.Status, more.Msg));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_thousand_tasks_go_in_one_request()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var entries = Enumerable.Range(0, 1000).Select(i => $$"""{"code_name":"hello","payload":"{{i}}"}""");

        var reply = await tenant.PostTasksAsync($$"""{"tasks":[{{string.Join(',', entries)}}]}""");

        Assert.Equal(1000, reply.Ok().GetProperty("tasks").GetArrayLength());
    }

    private static async Task<IReadOnlyList<string>> PayloadsAsync(Tenant tenant, IEnumerable<string> ids)
    {
        var payloads = new List<string>();
        foreach (var id in ids)
        {
            payloads.Add((await tenant.TaskAsync(id)).GetProperty("payload").GetString()!);
        }

        return payloads;
    }
}
