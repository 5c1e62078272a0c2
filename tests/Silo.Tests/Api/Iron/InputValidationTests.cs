using System.Text;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>E1, S13, S14: what can't be taken is the caller's fault, said in words, and changes nothing.</summary>
public sealed class InputValidationTests(TestSilo silo) : IClassFixture<TestSilo>
{
    public static TheoryData<string, string> Bodies() => new()
    {
        { "not json", "{" },
        { "not json", "tasks" },
        { "trailing data", """{"tasks":[]} {}""" },
        { "two byte order marks", "\uFEFF\uFEFF{}" },
        { "not a number", """{"tasks":[{"code_name":"hello","timeout":NaN}]}""" },
        { "an array", "[]" },
        { "a text", "\"tasks\"" },
        { "a null and more", "null," },
        { "tasks is an object", """{"tasks":{}}""" },
        { "tasks is empty", """{"tasks":[]}""" },
        { "an entry is a text", """{"tasks":["hello"]}""" },
        { "an entry is null", """{"tasks":[null]}""" },
        { "duplicate keys", """{"tasks":[{"code_name":"hello","code_name":"hello"}]}""" },
        { "duplicate keys, spelt otherwise", """{"tasks":[{"code_name":"hello","code\u005fname":"hello"}]}""" },
        { "code_name is a number", """{"tasks":[{"code_name":1}]}""" },
        { "code_name is an array", """{"tasks":[{"code_name":["hello"]}]}""" },
        { "code_name holds NUL", """{"tasks":[{"code_name":"hel\u0000lo"}]}""" },
        { "label holds NUL", """{"tasks":[{"code_name":"hello","label":"\u0000"}]}""" },
        { "cluster holds NUL", """{"tasks":[{"code_name":"hello","cluster":"\u0000"}]}""" },
        { "label is half a surrogate pair", """{"tasks":[{"code_name":"hello","label":"\ud800"}]}""" },
        { "payload is half a surrogate pair", """{"tasks":[{"code_name":"hello","payload":"\udc00x"}]}""" },
        { "a key is half a surrogate pair", """{"tasks":[{"code_name":"hello","\ud800":1}]}""" },
        { "label is too long", $$"""{"tasks":[{"code_name":"hello","label":"{{new string('l', 513)}}"}]}""" },
        { "timeout is text", """{"tasks":[{"code_name":"hello","timeout":"soon"}]}""" },
        { "timeout is an object", """{"tasks":[{"code_name":"hello","timeout":{}}]}""" },
        { "timeout is true", """{"tasks":[{"code_name":"hello","timeout":true}]}""" },
        { "timeout is huge", """{"tasks":[{"code_name":"hello","timeout":1e400}]}""" },
        { "timeout is long", $$"""{"tasks":[{"code_name":"hello","timeout":{{new string('9', 400)}}}]}""" },
        { "timeout is quoted infinity", """{"tasks":[{"code_name":"hello","timeout":"Infinity"}]}""" },
        { "priority is text", """{"tasks":[{"code_name":"hello","priority":"high"}]}""" },
        { "priority is huge", """{"tasks":[{"code_name":"hello","priority":-1e999}]}""" },
        { "delay is negative", """{"tasks":[{"code_name":"hello","delay":-1}]}""" },
        { "delay is over a week", """{"tasks":[{"code_name":"hello","delay":604800.5}]}""" },
        { "deep", $$"""{"tasks":[{"payload":{{new string('[', 100_000)}}{{new string(']', 100_000)}}}]}""" },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Bodies))]
    public async Task A_bad_queue_request_is_rejected_in_words(string what, string body)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();

        var reply = await tenant.PostTasksAsync(body);

        Assert.True(reply.Status == 400, $"{what}: {reply.Status} {reply.Body}");
        Assert.NotEmpty(reply.Msg);
        Assert.Empty(await tenant.ListAsync());
    }

    [Theory(Timeout = 30_000)]
    [InlineData(
        """{"tasks":[{"code_name":"hello"},{"code_name":"hello","label":5}]}""", "tasks[1].label must be a string")]
    [InlineData("""{"tasks":[{"code_name":"\u0000"}]}""", "tasks[0].code_name must not hold the character NUL")]
    [InlineData("""{"tasks":[{"code_name":"hello","delay":-1}]}""", "tasks[0].delay must be from 0 to 604800")]
    [InlineData("""{"tasks":7}""", "tasks must be an array")]
    [InlineData("""{"tasks":[7]}""", "tasks[0] must be a JSON object")]
    [InlineData("[]", "The body must be a JSON object")]
    public async Task The_words_name_the_place_and_the_rule(string body, string msg)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();

        Assert.Equal(msg, (await tenant.PostTasksAsync(body)).Msg);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("code_name=%00")]
    [InlineData("label=a%00b")]
    [InlineData("cluster=%00")]
    [InlineData("from_time=yesterday")]
    [InlineData("to_time=NaN")]
    public async Task A_bad_filter_is_rejected_in_words(string query)
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await tenant.Api.GetAsync($"{tenant.Project}/tasks?{query}");

        Assert.Equal(400, reply.Status);
        Assert.StartsWith(query.Split('=')[0], reply.Msg);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("{}", 406)]
    [InlineData("""{"name":""}""", 406)]
    [InlineData("""{"name":"a\u0000"}""", 400)]
    [InlineData("""{"name":"a","memory":-1}""", 400)]
    [InlineData("""{"name":"a","memory":"lots"}""", 400)]
    [InlineData("""{"name":"a","memory":1e300}""", 400)]
    [InlineData("""{"name":["a"]}""", 400)]
    [InlineData("[]", 400)]
    [InlineData("""{"name":"a","memory":512}""", 400)]
    [InlineData("""{"name":"a","disk":10}""", 400)]
    [InlineData("""{"name":"a","cpu_share":-1}""", 400)]
    [InlineData("""{"name":"a","max_timeout":1e9}""", 400)]
    [InlineData("""{"name":"a","autoscale":{"runners_max":3,"aws":{"secret":"x"}}}""", 400)]
    public async Task A_bad_cluster_is_rejected_in_words(string body, int status)
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await tenant.Api.PostAsync("/2/clusters", body);

        Assert.Equal(status, reply.Status);
        Assert.NotEmpty(reply.Msg);
        Assert.Equal(0, (await tenant.Api.GetAsync("/2/clusters")).Ok().GetProperty("clusters").GetArrayLength());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("PUT", "", "{", 400)]
    [InlineData("PUT", "", "[]", 400)]
    [InlineData("PUT", "", """{"memory":"lots"}""", 400)]
    [InlineData("PUT", "", """{"memory":512}""", 400)]
    [InlineData("PUT", "", """{"name":"a\u0000"}""", 400)]
    [InlineData("PUT", "", """{"name":{}}""", 400)]
    [InlineData("PUT", "", """{"autoscale":{"disable":false}}""", 400)]
    [InlineData("POST", "/share", "{}", 406)]
    [InlineData("POST", "/share", """{"email":7}""", 400)]
    [InlineData("POST", "/share", """{"email":"nobody"}""", 400)]
    [InlineData("POST", "/share", """{"email":"a b@c"}""", 400)]
    [InlineData("POST", "/share", """{"email":"nobody@example.org"}""", 404)]
    [InlineData("POST", "/unshare/x", "", 404)]
    [InlineData("POST", "/terminate", "", 406)]
    [InlineData("POST", "/terminate", """{"instance_ids":{}}""", 400)]
    [InlineData("POST", "/terminate", """{"instance_ids":[]}""", 400)]
    [InlineData("POST", "/terminate", """{"instance_ids":[7]}""", 400)]
    [InlineData("POST", "/terminate", """{"instance_ids":["\ud800"]}""", 400)]
    [InlineData("POST", "/terminate", """{"instance_ids":["x"]}""", 404)]
    [InlineData("DELETE", "/tokens/x", "", 404)]
    [InlineData("PATCH", "", "{}", 405)]
    public async Task A_bad_call_about_a_cluster_is_rejected_in_words(string method, string path, string body, int status)
    {
        var tenant = await silo.NewTenantAsync();
        var before = $"/2/clusters/{await tenant.NewClusterAsync()}";
        var shown = (await tenant.Api.GetAsync(before)).Body;

        var reply = await tenant.Api.SendAsync(
            new HttpMethod(method), before + path, ApiClient.Body(Encoding.UTF8.GetBytes(body), "application/json"));

        Assert.Equal(status, reply.Status);
        Assert.NotEmpty(reply.Msg);
        Assert.Equal(shown, (await tenant.Api.GetAsync(before)).Body);
    }

    [Fact(Timeout = 30_000)]
    public async Task S14_a_body_over_the_limit_of_its_route_is_too_large()
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await tenant.Api.PostAsync("/2/clusters", $$"""{"name":"{{new string('x', 70_000)}}"}""");

        Assert.Equal(
            (413, "The request is too large: this call accepts at most 65536 bytes; send less at once"), (reply.Status, reply.Msg));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("POST", "/tasks/0123456789abcdef01234567/cancel")]
    [InlineData("GET", "/tasks")]
    public async Task S14_so_is_one_that_is_not_even_read_and_the_connection_ends_with_the_answer(string method, string path)
    {
        var tenant = await silo.NewTenantAsync();
        await using var client = new RawHttpClient(silo.Address);
        var head = $"{method} {tenant.Project}{path} HTTP/1.1\r\nHost: host\r\nAuthorization: OAuth {tenant.Api.Token}\r\n";

        var most = await client.SendAsync(Encoding.ASCII.GetBytes($"{head}Content-Length: 65536\r\n\r\n{new string('x', 65_536)}"));
        var more = await client.SendAsync(Encoding.ASCII.GetBytes($"{head}Content-Length: 65537\r\n\r\n{new string('x', 65_537)}"));

        Assert.NotEqual(413, most.Status);
        Assert.False(most.Closes);
        Assert.Equal("""{"msg":"The request is too large: this call accepts at most 65536 bytes; send less at once"}""", more.Text);
        Assert.Equal((413, true), (more.Status, more.Closes));
    }

    [Fact(Timeout = 30_000)]
    public async Task S14_a_chunked_body_without_a_length_is_counted_too()
    {
        var tenant = await silo.NewTenantAsync();
        var chunk = $"8000\r\n{new string('x', 0x8000)}\r\n";

        var answer = await silo.SendRawAsync(
            $"POST /2/clusters HTTP/1.1\r\nHost: host\r\nAuthorization: OAuth {tenant.Api.Token}\r\n"
            + $"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}{chunk}{chunk}0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413 ", answer);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("' OR '1'='1")]
    [InlineData("x'; DROP TABLE tasks; --")]
    [InlineData("%_\\")]
    public async Task S9_text_that_looks_like_sql_is_text(string text)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var id = await tenant.QueueAsync($"\"label\":\"{text.Replace("\\", "\\\\")}\"");
        await tenant.QueueAsync("\"label\":\"other\"");
        var escaped = Uri.EscapeDataString(text);

        Assert.Equal([id], await tenant.ListAsync($"label={escaped}"));
        Assert.Empty(await tenant.ListAsync($"code_name={escaped}"));
        Assert.Empty(await tenant.ListAsync($"cluster={escaped}"));
        Assert.Equal(2, (await tenant.ListAsync($"page={escaped}&per_page={escaped}")).Count);
        Assert.Equal(404, (await tenant.PostTasksAsync(
            $$"""{"tasks":[{"code_name":"{{text.Replace("\\", "\\\\")}}"}]}""")).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task E1_no_mangled_request_is_ever_the_servers_fault()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var seed = Environment.TickCount;
        var chance = new Random(seed);
        var good = Encoding.UTF8.GetBytes(
            """{"tasks":[{"code_name":"hello","payload":"p\u00e9\ud83d\ude00","delay":1.5,"timeout":"60"}]}""");

        for (var i = 0; i < 400; i++)
        {
            var mangled = Mangle(good, chance);
            var reply = await tenant.Api.PostAsync($"{tenant.Project}/tasks", mangled, "application/json");
            Assert.True(
                reply.Status < 500 && reply.Msg.Length > 0,
                $"seed {seed}: {reply.Status} for {Convert.ToHexString(mangled)}");
        }
    }

    private static byte[] Mangle(byte[] good, Random random)
    {
        byte[] pool = [.. "{}[]\",:\\u0d8-+.eE\0 "u8, 0xFF, 0xC3, 0xED];
        var bytes = good.ToList();
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(3))
            {
                case 0:
                    bytes[at] = pool[random.Next(pool.Length)];
                    break;
                case 1:
                    bytes.Insert(at, pool[random.Next(pool.Length)]);
                    break;
                default:
                    bytes.RemoveRange(at, random.Next(1, Math.Min(8, bytes.Count - at + 1)));
                    break;
            }
        }

        return [.. bytes];
    }
}
