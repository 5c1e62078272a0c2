using System.Text;
using Orleans.Hybrid.Silo.Tests.Support;

namespace Orleans.Hybrid.Silo.Tests.Iron;

/// <summary>Uploads as published clients send them, C1 to C7, and as nobody should, S12.</summary>
public sealed class CodeUploads(TestSilo silo) : IClassFixture<TestSilo>
{
    private const string Data = """{"name":"hello","image":"treeder/hello.rb:1"}""";

    public static TheoryData<string, string> Uploads() => new()
    {
        { "multipart/form-data; boundary=3a5f", $"--3a5f\r\n{Part("data")}\r\n{Data}\r\n--3a5f--\r\n" },
        { "multipart/form-data; boundary=--------------------NODENEEDLEHTTPCLIENT", $"----------------------NODENEEDLEHTTPCLIENT\r\n{Part("data")}\r\n{Data}\r\n----------------------NODENEEDLEHTTPCLIENT--\r\n" },
        { "multipart/form-data; boundary=123456$", $"--123456$\r\n{Part("data")}\r\n{Data}\r\n--123456$--\r\n" },
        { "multipart/form-data; boundary=abc; charset=US-ASCII", $"--abc\r\n{Part("data")}Content-Type: text/plain; charset=US-ASCII\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{Data}\r\n--abc--\r\n" },
        { "multipart/form-data; boundary=\"abc\"", $"--abc\r\n{Part("data")}\r\n{Data}\n\r\n--abc--\r\n" },
        { "multipart/form-data; boundary=abc", $"--abc\r\n{Part("file", "x.zip")}\r\n\r\n--abc\r\n{Part("data")}\r\n{Data}\r\n--abc--\r\n" },
        { "multipart/form-data; boundary=abc", $"--abc\r\n{Part("data")}\r\n{Data}\r\n--abc\r\n{Part("file", "/tmp/very long/path")}Content-Type: text/plain\r\n\r\n\r\n--abc--\r\n" },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Uploads))]
    public async Task C1_C2_C3_an_image_code_is_taken_in_every_form(string type, string body)
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await PostAsync(tenant, type, body);

        Assert.Equal((200, "Upload successful."), (reply.Status, reply.Msg));
        Assert.Matches("^[0-9a-f]{24}$", reply.Text("id"));
        Assert.Equal(1, reply.Json.GetProperty("rev").GetInt32());
        Assert.False(reply.Json.TryGetProperty("host", out _));
    }

    [Fact(Timeout = 30_000)]
    public async Task C2_a_chunked_upload_without_a_length_is_taken()
    {
        var tenant = await silo.NewTenantAsync();
        var body = $"--abc\r\n{Part("data")}\r\n{Data}\r\n--abc--\r\n";

        var answer = await silo.SendRawAsync(
            $"POST {tenant.Project}/codes HTTP/1.1\r\nHost: host\r\nAuthorization: OAuth {tenant.Api.Token}\r\nConnection: close\r\n"
            + "Content-Type: multipart/form-data; boundary=abc\r\nTransfer-Encoding: chunked\r\n\r\n"
            + $"{body.Length:x}\r\n{body}\r\n0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer);
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
    [InlineData("""{"name":"a","image":"i","env_vars":[],"config":"","command":"","retries":null,"max_concurrency":0,"options":[]}""")]
    [InlineData("""{"name":"a","image":"i","env_vars":null,"default_priority":-1000,"retries":"","oauth":"x","file_name":"f"}""")]
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
    public async Task C5_bad_data_is_refused_with_the_field(string data, int status, string field)
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await PostAsync(
            tenant, "multipart/form-data; boundary=abc", $"--abc\r\n{Part("data")}\r\n{data}\r\n--abc--\r\n");

        Assert.Equal(status, reply.Status);
        Assert.Contains(field, reply.Msg);
        Assert.Equal("""{"codes":[]}""", (await tenant.Api.GetAsync($"{tenant.Project}/codes")).Body);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_config_may_be_64_KiB_and_no_more()
    {
        var tenant = await silo.NewTenantAsync();
        await tenant.UploadAsync($$"""{"name":"a","image":"i","config":"{{new string('c', 65_536)}}"}""");

        var reply = await PostAsync(
            tenant,
            "multipart/form-data; boundary=abc",
            $"--abc\r\n{Part("data")}\r\n{{\"name\":\"a\",\"image\":\"i\",\"config\":\"{new string('c', 65_537)}\"}}\r\n--abc--\r\n");

        Assert.Equal((400, "config must be at most 65536 bytes long, as sent"), (reply.Status, reply.Msg));
    }

    public static TheoryData<string, string?, string> BadUploads() => new()
    {
        { "no type", null, Data },
        { "not multipart", "application/json", Data },
        { "no boundary", "multipart/form-data", Data },
        { "no data part", "multipart/form-data; boundary=abc", $"--abc\r\n{Part("other")}\r\nx\r\n--abc--\r\n" },
        { "parts without names", "multipart/form-data; boundary=abc", $"--abc\r\n\r\n{Data}\r\n--abc--\r\n" },
        { "two data parts", "multipart/form-data; boundary=abc", $"--abc\r\n{Part("data")}\r\n{Data}\r\n--abc\r\n{Part("data")}\r\n{Data}\r\n--abc--\r\n" },
        { "cut off", "multipart/form-data; boundary=abc", $"--abc\r\n{Part("data")}\r\n{Data}" },
        { "empty", "multipart/form-data; boundary=abc", "" },
        { "a zip", "multipart/form-data; boundary=abc", $"--abc\r\n{Part("data")}\r\n{Data}\r\n--abc\r\n{Part("file", "w.zip")}\r\nPK\r\n--abc--\r\n" },
        { "the text of a zip", "multipart/form-data; boundary=abc", $"--abc\r\n{Part("file", "w.zip")}\r\nb'PK\\x03'\r\n--abc\r\n{Part("data")}\r\n{Data}\r\n--abc--\r\n" },
        { "many parts", "multipart/form-data; boundary=abc", string.Concat(Enumerable.Repeat($"--abc\r\n{Part("x")}\r\ny\r\n", 10_000)) + "--abc--\r\n" },
        { "a long header", "multipart/form-data; boundary=abc", $"--abc\r\nX: {new string('x', 1 << 20)}\r\n{Part("data")}\r\n{Data}\r\n--abc--\r\n" },
        { "long data", "multipart/form-data; boundary=abc", $"--abc\r\n{Part("data")}\r\n{new string(' ', 2 << 20)}{Data}\r\n--abc--\r\n" },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(BadUploads))]
    public async Task S12_what_is_no_upload_is_refused_in_words(string what, string? type, string body)
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await PostAsync(tenant, type, body);

        Assert.True(reply.Status is 400 or 406, $"{what}: {reply.Status} {reply.Body}");
        Assert.NotEmpty(reply.Msg);
        Assert.Equal("""{"codes":[]}""", (await tenant.Api.GetAsync($"{tenant.Project}/codes")).Body);
    }

    private static Task<Reply> PostAsync(Tenant tenant, string? type, string body) =>
        tenant.Api.PostAsync($"{tenant.Project}/codes", Encoding.UTF8.GetBytes(body), type);

    private static string Part(string name, string? file = null) =>
        $"Content-Disposition: form-data; name=\"{name}\"{(file is null ? "" : $"; filename=\"{file}\"")}\r\n";
}
