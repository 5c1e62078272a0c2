using System.Text;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>Uploads as published clients send them, C1 to C7, and as nobody should, S12.</summary>
public sealed class CodeUploadTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private const string Multipart = "multipart/form-data; boundary=abc";
    private const string Data = """{"name":"hello","image":"treeder/hello.rb:1"}""";

    private const string Zip = "Content-Disposition: form-data; name=\"file\"; filename=\"/tmp/a path/w.zip\"\r\n";

    public static TheoryData<string, string> Uploads() => new()
    {
        { "boundary=3a5f", Form("3a5f", Part(Data)) },
        { "boundary=--------------------NODE", Form("--------------------NODE", Part(Data)) },
        { "boundary=123456$", Form("123456$", Part(Data)) },
        { "boundary=abc; charset=US-ASCII", Form("abc", Part(Data, "Content-Type: text/plain; charset=US-ASCII\r\n")) },
        { "boundary=\"abc\"", Form("abc", Part(Data + "\n", "Content-Transfer-Encoding: 8bit\r\n")) },
        { "boundary=abc", Form("abc", $"{Zip}\r\n", Part(Data)) },
        { "boundary=abc", Form("abc", Part(Data), $"{Zip}Content-Type: text/plain\r\n\r\n") },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Uploads))]
    public async Task C1_C2_C3_an_image_code_is_taken_in_every_form(string boundary, string body)
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await PostAsync(tenant, body, $"multipart/form-data; {boundary}");

        Assert.Equal((200, "Upload successful."), (reply.Status, reply.Msg));
        Assert.Matches("^[0-9a-f]{24}$", reply.Text("id"));
        Assert.Equal(1, reply.Json.GetProperty("rev").GetInt32());
        Assert.False(reply.Json.TryGetProperty("host", out _));
    }

    [Fact(Timeout = 30_000)]
    public async Task C2_a_chunked_upload_without_a_length_is_taken()
    {
        var tenant = await silo.NewTenantAsync();
        var body = Form("abc", Part(Data));

        var answer = await silo.SendRawAsync(
            $"POST {tenant.Project}/codes HTTP/1.1\r\nHost: host\r\nAuthorization: OAuth {tenant.Api.Token}\r\n"
            + "Content-Type: multipart/form-data; boundary=abc\r\nTransfer-Encoding: chunked\r\n"
            + $"Connection: close\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer);
    }

    [Fact(Timeout = 30_000)]
    public async Task C6_the_answer_has_id_rev_and_name_and_no_host()
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await PostAsync(tenant, Form("abc", Part("""{"name":"hello","image":"i","host":"somewhere"}""")));

        Assert.Equal(["msg", "id", "rev", "name"], reply.Ok().EnumerateObject().Select(member => member.Name));
        Assert.Equal(("Upload successful.", "hello"), (reply.Msg, reply.Text("name")));
        Assert.Equal(200, (await tenant.Api.GetAsync($"{tenant.Project}/codes/{reply.Text("id")}")).Status);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("registry.example.com:5000/some/image")]
    [InlineData("registry.example.com")]
    [InlineData("a b: c/d-e.f_g?h=i&j#k%l")]
    [InlineData("größe ✓ 😀")]
    public async Task C7_a_code_is_queued_under_whatever_name_it_was_uploaded_with(string name)
    {
        var tenant = await silo.NewTenantAsync();
        await tenant.NewClusterAsync();
        await tenant.UploadAsync($$"""{"name":"{{name}}","image":"i:1"}""");

        var reply = await tenant.PostTasksAsync($$"""{"tasks":[{"code_name":"{{name}}"}]}""");

        var task = reply.Ok().GetProperty("tasks")[0].GetProperty("id").GetString()!;
        Assert.Equal([task], await tenant.ListAsync($"code_name={Uri.EscapeDataString(name)}"));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_upload_under_the_same_name_is_the_next_revision()
    {
        var tenant = await silo.NewTenantAsync();
        var first = await tenant.UploadAsync("""{"name":"a","image":"one"}""");
        var second = await tenant.UploadAsync("""{"name":"a","image":"two"}""");

        var code = (await tenant.Api.GetAsync($"{tenant.Project}/codes/{first}")).Ok();

        Assert.Equal(first, second);
        Assert.Equal((2, "two"), (code.GetProperty("rev").GetInt32(), code.GetProperty("image").GetString()));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("""{"name":"a","image":"i","env_vars":[],"config":"","command":"","retries":null,"options":[]}""")]
    [InlineData("""{"name":"a","image":"i","env_vars":null,"default_priority":-1000,"retries":"","oauth":"x"}""")]
    public async Task C5_empty_values_equal_absence(string data)
    {
        var tenant = await silo.NewTenantAsync();

        var id = await tenant.UploadAsync(data);

        var code = (await tenant.Api.GetAsync($"{tenant.Project}/codes/{id}")).Ok();
        Assert.Equal("{}", code.GetProperty("env_vars").GetRawText());
        Assert.Equal("", code.GetProperty("config").GetString());
        Assert.Equal(0, code.GetProperty("retries").GetInt32());
        Assert.Equal(0, code.GetProperty("default_priority").GetInt32());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("-1")]
    [InlineData("-1000")]
    [InlineData("\"-1\"")]
    [InlineData("-0.5")]
    public async Task C5_a_negative_limit_means_none_and_a_paused_code_shows_one(string limit)
    {
        var tenant = await silo.NewTenantAsync();
        var id = await tenant.UploadAsync($$"""{"name":"hello.rb","image":"treeder/hello.rb","max_concurrency":{{limit}}}""");

        Assert.Equal(0, await LimitAsync());
        await tenant.Api.PostAsync($"{tenant.Project}/codes/{id}/pause_task_queue", "{}");
        Assert.Equal(-1, await LimitAsync());
        await tenant.Api.PostAsync($"{tenant.Project}/codes/{id}/resume_task_queue", "{}");
        Assert.Equal(0, await LimitAsync());

        async Task<int> LimitAsync() => (await tenant.CodeAsync(id)).GetProperty("max_concurrency").GetInt32();
    }

    public static TheoryData<string, string, int, string> PlainForms() => new()
    {
        { "as Ruby sends it", $"data={Uri.EscapeDataString(Data)}&file=", 200, "Upload successful." },
        { "without a file", $"data={Uri.EscapeDataString(Data)}", 200, "Upload successful." },
        { "the file first, plus for space", "file=&data=%7B%22name%22:+%22a%22,%22image%22:%22i%22%7D", 200, "Upload successful." },
        { "with a file", $"data={Uri.EscapeDataString(Data)}&file=PK", 400, "multipart/form-data" },
        { "two data", $"data={Uri.EscapeDataString(Data)}&data=x", 400, "one part named data" },
        { "no data", "file=", 406, "data" },
        { "nothing", "", 406, "data" },
        { "not JSON", "data=x", 400, "not valid JSON" },
        { "long data", $"data={new string('x', 9 << 20)}", 400, "data must be at most" },
        { "longer data", $"data={new string('x', 26 << 20)}", 400, "not a good form" },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(PlainForms))]
    public async Task C3_an_upload_without_a_zip_may_be_a_plain_form(string what, string body, int status, string words)
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await PostAsync(tenant, body, "application/x-www-form-urlencoded");

        Assert.True(status == reply.Status, $"{what}: {reply.Status} {reply.Body}");
        Assert.Contains(words, reply.Msg, StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("{}", 406, "name")]
    [InlineData("""{"name":"a"}""", 400, "image")]
    [InlineData("""{"name":"a","runtime":"ruby","file_name":"x.rb"}""", 400, "image")]
    [InlineData("""{"name":"a","image":"--privileged"}""", 400, "image")]
    [InlineData("""{"name":"a","image":"a b"}""", 400, "image")]
    [InlineData("""{"name":"a\u0000","image":"i"}""", 400, "name")]
    [InlineData("""{"name":7,"image":"i"}""", 400, "name")]
    [InlineData("""{"name":"a","image":"i","retries":11}""", 400, "retries")]
    [InlineData("""{"name":"a","image":"i","retries_delay":-1}""", 400, "retries_delay")]
    [InlineData("""{"name":"a","image":"i","max_concurrency":"many"}""", 400, "max_concurrency")]
    [InlineData("""{"name":"a","image":"i","env_vars":{"A":1}}""", 400, "env_vars")]
    [InlineData("""{"name":"a","image":"i","env_vars":{"A=B":"x"}}""", 400, "env_vars")]
    [InlineData("""{"name":"a","image":"i","env_vars":{"":"x"}}""", 400, "env_vars")]
    [InlineData("""{"name":"a","image":"i","env_vars":{"A":"\u0000"}}""", 400, "env_vars")]
    [InlineData("""{"name":"a","image":"i","env_vars":{"\ud800":"x"}}""", 400, "")]
    [InlineData("""{"name":"a","image":"i","env_vars":"A=B"}""", 400, "env_vars")]
    [InlineData("[]", 400, "data")]
    [InlineData("{", 400, "data")]
    public async Task C5_bad_data_is_rejected_with_the_field(string data, int status, string field)
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await PostAsync(tenant, Form("abc", Part(data)));

        Assert.Equal(status, reply.Status);
        Assert.Contains(field, reply.Msg);
        Assert.Equal("""{"codes":[]}""", (await tenant.Api.GetAsync($"{tenant.Project}/codes")).Body);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_config_may_be_64_KiB_and_no_more()
    {
        var tenant = await silo.NewTenantAsync();
        await tenant.UploadAsync($$"""{"name":"a","image":"i","config":"{{new string('c', 65_536)}}"}""");

        var more = $$"""{"name":"a","image":"i","config":"{{new string('c', 65_537)}}"}""";
        var reply = await PostAsync(tenant, Form("abc", Part(more)));

        Assert.Equal((400, "config must be at most 65536 bytes long, as sent"), (reply.Status, reply.Msg));
    }

    public static TheoryData<string, string?, string> BadUploads() => new()
    {
        { "no type", null, Data },
        { "not multipart", "application/json", Data },
        { "no boundary", "multipart/form-data", Data },
        { "no data part", Multipart, Form("abc", "Content-Disposition: form-data; name=\"other\"\r\n\r\nx") },
        { "parts without names", Multipart, Form("abc", $"\r\n{Data}") },
        { "two data parts", Multipart, Form("abc", Part(Data), Part(Data)) },
        { "cut off", Multipart, $"--abc\r\n{Part(Data)}" },
        { "empty", Multipart, "" },
        { "a zip", Multipart, Form("abc", Part(Data), $"{Zip}\r\nPK") },
        { "the text of a zip", Multipart, Form("abc", $"{Zip}\r\nb'PK\\x03'", Part(Data)) },
        { "many parts", Multipart, Form("abc", [.. Enumerable.Repeat("X: y\r\n\r\nz", 10_000)]) },
        { "a long header", Multipart, Form("abc", Part(Data, $"X: {new string('x', 1 << 20)}\r\n")) },
        { "long data", Multipart, Form("abc", Part(new string(' ', 9 << 20) + Data)) },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(BadUploads))]
    public async Task S12_what_is_no_upload_is_rejected_in_words(string what, string? type, string body)
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await PostAsync(tenant, body, type);

        Assert.True(reply.Status is 400 or 406, $"{what}: {reply.Status} {reply.Body}");
        Assert.NotEmpty(reply.Msg);
        Assert.Equal("""{"codes":[]}""", (await tenant.Api.GetAsync($"{tenant.Project}/codes")).Body);
    }

    private static Task<ApiResponse> PostAsync(Tenant tenant, string body, string? type = Multipart) =>
        tenant.Api.PostAsync($"{tenant.Project}/codes", Encoding.UTF8.GetBytes(body), type);

    private static string Form(string boundary, params IReadOnlyList<string> parts) =>
        string.Concat(parts.Select(part => $"--{boundary}\r\n{part}\r\n")) + $"--{boundary}--\r\n";

    private static string Part(string data, string headers = "") =>
        $"Content-Disposition: form-data; name=\"data\"\r\n{headers}\r\n{data}";
}
