using System.Text;
using System.Text.Json;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>Logins for registries: taken, given with a task whose image lies there, and shown to nobody else.</summary>
public sealed class RegistryCredentialTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private const string Canary = "canary-4f1d";

    [Theory(Timeout = 30_000)]
    [InlineData("https://registry.example.com:5000/v2/", "registry.example.com:5000/a/b:1", true)]
    [InlineData("REGISTRY.example.com:5000", "registry.example.com:5000/a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", true)]
    [InlineData("", "busybox:1", true)]
    [InlineData("https://index.docker.io/v1/", "some/image", true)]
    [InlineData("registry.example.com:5000", "registry.example.com/a", false)]
    [InlineData("registry.example.com", "busybox", false)]
    [InlineData("", "localhost/a", false)]
    public async Task A_login_comes_with_a_task_whose_image_lies_there_and_with_no_other(
        string address, string image, bool comes)
    {
        var tenant = await silo.NewTenantAsync();
        var runner = await tenant.EnrolAsync(await tenant.NewClusterAsync());
        await tenant.UploadAsync($$"""{"name":"hello","image":"{{image}}"}""");

        var reply = await KeepAsync(tenant, "ann", "secret", address);
        await tenant.QueueAsync();
        var login = (await runner.ClaimOneAsync()).Login;

        Assert.Equal((200, """{"msg":"Credentials added."}"""), (reply.Status, reply.Body));
        Assert.Equal(comes ? ("ann", "secret", address) : default, (login?.Username, login?.Password, login?.Serveraddress));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_last_login_for_a_registry_wins_and_another_project_has_none()
    {
        var (tenant, stranger) = (await silo.NewTenantAsync(), await (await silo.NewTenantAsync()).ReadyAsync());
        var runner = await tenant.EnrolAsync(await tenant.NewClusterAsync());
        await tenant.UploadAsync();
        await KeepAsync(tenant, "ann", "first", "");
        await KeepAsync(stranger, "eve", "other", "");
        await tenant.QueueAsync();
        Assert.Equal("first", (await runner.ClaimOneAsync()).Login!.Password);

        await KeepAsync(tenant, "bob", "second", "docker.io");
        await tenant.QueueAsync();

        Assert.Equal(("bob", "second"), await runner.ClaimOneAsync() is { Login: { } login } ? (login.Username, login.Password) : default);
    }

    [SqliteFileFact(Timeout = 30_000)]
    public async Task The_secret_is_in_no_other_answer_no_log_and_not_open_in_the_database()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var code = await tenant.UploadAsync();
        var kept = await KeepAsync(tenant, $"{Canary}-user", $"{Canary}-password", "");
        var task = await tenant.QueueAsync();
        var order = await runner.ClaimOneAsync();

        Assert.Contains(Canary, order.Login!.Password);
        Assert.DoesNotContain(Canary, order.ToString());
        string[] asked =
        [
            tenant.Project, "/2/projects", $"{tenant.Project}/codes", $"{tenant.Project}/codes/{code}",
            $"{tenant.Project}/codes/{code}/revisions", $"{tenant.Project}/tasks", $"{tenant.Project}/tasks/{task}",
            $"{tenant.Project}/credentials", $"/2/clusters/{cluster}", $"/2/clusters/{cluster}/stats",
        ];
        var answers = await Task.WhenAll(asked.Select(path => tenant.Api.GetAsync(path)));
        Assert.All([.. answers, kept], reply => Assert.DoesNotContain(Canary, reply.Body));
        Assert.Equal(405, answers[7].Status);
        Assert.DoesNotContain(silo.Logs.All, line => line.Contains(Canary, StringComparison.Ordinal));
        var files = Directory.GetFiles(silo.Store.DataDirectory, "hybrid.db*").Where(file => !file.EndsWith(".lock"));
        Assert.All(files, file => Assert.DoesNotContain(Canary, Latin1(file)));
        Assert.Contains(files, file => Latin1(file).Contains(task));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("{}", 406)]
    [InlineData("""{"auth":7}""", 400)]
    [InlineData("""{"auth":"not base64"}""", 400)]
    [InlineData("""{"auth":"bm8ganNvbg=="}""", 400)]
    [InlineData("""{"auth":"e30="}""", 406)]
    [InlineData("", 406)]
    public async Task A_text_that_is_no_login_is_rejected(string body, int status)
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await tenant.Api.PostAsync($"{tenant.Project}/credentials", body);

        Assert.Equal(status, reply.Status);
        Assert.NotEmpty(reply.Msg);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("a b")]
    [InlineData("user@host")]
    [InlineData("https://h\u00f6st")]
    public async Task An_address_that_is_none_is_rejected(string address)
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await KeepAsync(tenant, "ann", "secret", address);

        Assert.Equal(400, reply.Status);
        Assert.Contains("serveraddress", reply.Msg);
    }

    private static Task<ApiResponse> KeepAsync(Tenant tenant, string user, string password, string address)
    {
        var login = JsonSerializer.Serialize(new { email = "a@b.c", username = user, password, serveraddress = address });
        var auth = Convert.ToBase64String(Encoding.UTF8.GetBytes(login));
        return tenant.Api.PostAsync($"{tenant.Project}/credentials", $$"""{"auth":"{{auth}}"}""");
    }

    private static string Latin1(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
