using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>S13: each text of each body, in turn, is made something that it must not be.</summary>
public sealed partial class TextFieldFuzzTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private const string Lease =
        """{"task_id":"0123456789abcdef01234567","attempt":1,"token":"00112233445566778899aabbccddeeff"}""";

    // As they stand between quotation marks; Latin-1 makes a byte of each character.
    private static readonly string[] Bad =
    [
        "\\u0000", "\0", "\u00ff", "\u00c3(", "\u00ed\u00a0\u0080", "\u00c0\u0080", "\\ud800", "\\udc00\\ud800", "\\x", "\u001b",
        "\", \"", new string('x', 70_000),
    ];

    private static readonly string[] OfAnotherType = ["null", "7", "-1e999", "true", "[]", "{}", "[\"\"]"];

    [Theory(Timeout = 60_000)]
    [InlineData("tasks", """{"tasks":[{"code_name":"hello","payload":"p","label":"l","cluster":"site","priority":"2","delay":"1"}]}""")]
    [InlineData("schedules", """{"schedules":[{"code_name":"hello","payload":"p","start_at":"2030-01-01T00:00:00Z","cron":"0 0 * * *","timezone":"UTC","label":"l","name":"n","cluster":"site","run_times":"2"}]}""")]
    [InlineData("/2/clusters", """{"name":"site"}""")]
    public async Task E1_no_text_of_a_caller_is_ever_the_servers_fault(string path, string body)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var address = path[0] == '/' ? path : $"{tenant.Project}/{path}";

        await AssertAsync(body, bad => tenant.Api.PostAsync(address, bad, "application/json"));
    }

    [Fact(Timeout = 60_000)]
    public async Task E1_no_text_of_an_upload_is_ever_the_servers_fault()
    {
        var tenant = await silo.NewTenantAsync();

        await AssertAsync(
            """{"name":"a","image":"i","command":"c","config":"f","env_vars":{"A":"x"},"stack":"s","runtime":"r"}""",
            bad => tenant.Api.SendAsync(
                HttpMethod.Post, $"{tenant.Project}/codes", new MultipartFormDataContent { { ApiClient.Body(bad, null), "data" } }));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("enrol", """{"cluster_id":"CLUSTER","name":"n","version":"1","slots":1,"executor":"e"}""")]
    [InlineData("claim", """{"claim_key":"00112233445566778899aabbccddeeff","wanted":0}""")]
    [InlineData("heartbeat", $$"""{"leases":[{"lease":{{Lease}},"phase":"running","digest":"d","message":"m"}]}""")]
    [InlineData("log", $$"""{"pieces":[{"lease":{{Lease}},"offset":0,"data":"YQ=="}]}""")]
    [InlineData("finish", $$"""{"results":[{"lease":{{Lease}},"status":"error","message":"m","retryable":true}]}""")]
    [InlineData("release", $$"""{"leases":[{{Lease}}]}""")]
    public async Task E1_no_text_of_a_runner_is_ever_the_servers_fault(string verb, string body)
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var api = verb == "enrol" ? tenant.Api.WithToken(await tenant.ClusterTokenAsync(cluster), "Bearer") : runner.Api;

        await AssertAsync(
            body.Replace("CLUSTER", cluster), bad => api.PostAsync($"/runner/v1/{verb}", bad, "application/json"));
    }

    private static async Task AssertAsync(string good, Func<byte[], Task<ApiResponse>> send)
    {
        var texts = Text().Matches(good);
        Assert.NotEmpty(texts);
        foreach (Match text in texts)
        {
            foreach (var bad in Bad.Select(bad => $"\"{bad}\"").Concat(OfAnotherType))
            {
                var body = Encoding.Latin1.GetBytes(good.Remove(text.Index, text.Length).Insert(text.Index, bad));
                var reply = await send(body);
                Assert.True(
                    reply.Status < 500 && JsonNode.Parse(reply.Body) is JsonObject,
                    $"{reply.Status} {reply.Body} for {text.Value} as {bad[..Math.Min(bad.Length, 20)]}");
            }
        }
    }

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Text();
}
