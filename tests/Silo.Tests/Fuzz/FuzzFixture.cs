using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Fuzz;

/// <summary>
/// A tenant who has one of everything, so that a good request of each kind would succeed; and requests for it, byte by byte.
/// </summary>
internal sealed partial record FuzzFixture
{
    // After a minute without a call of its runner it changes by itself: the lease ends, and the runner shows as lost.
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, string> _names;
    private readonly RawHttpClient _client;

    private readonly long _made = Stopwatch.GetTimestamp();

    private FuzzFixture(RawHttpClient client, Dictionary<string, string> names) => (_client, _names) = (client, names);

    /// <summary>Whether nothing of it changes while one more request is sent.</summary>
    public bool IsFresh => Stopwatch.GetElapsedTime(_made) < Lasts;

    public static async Task<FuzzFixture> CreateAsync(TestSilo silo, RawHttpClient client)
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var code = await tenant.UploadAsync();
        var email = $"{tenant.UserId}@example.org";
        var friend = await silo.NewTenantAsync(email);
        (await tenant.Api.PostAsync($"/2/clusters/{cluster}/share", JsonSerializer.Serialize(new { email }))).Ok();
        var runner = await tenant.EnrolAsync(cluster);
        var ended = await tenant.QueueAsync();
        (await tenant.Api.PostAsync($"{tenant.Project}/tasks/{ended}/cancel", "")).Ok();
        var task = await tenant.QueueAsync("\"label\":\"l\"");
        var order = await runner.ClaimOneAsync();
        await tenant.QueueAsync();
        var schedule = await tenant.Api.PostAsync(
            $"{tenant.Project}/schedules",
            """{"schedules":[{"code_name":"hello","payload":"p","start_at":"2090-01-01T00:00:00Z","run_every":60}]}""");
        return new FuzzFixture(client, new()
        {
            ["{projectId}"] = tenant.ProjectId,
            ["{clusterId}"] = cluster,
            ["{codeId}"] = code,
            ["{taskId}"] = task,
            ["{endedId}"] = ended,
            ["{scheduleId}"] = schedule.Ok().GetProperty("schedules")[0].GetProperty("id").GetString()!,
            ["{userId}"] = friend.UserId,
            ["{tokenId}"] = "0123456789abcdef01234567",
            ["{email}"] = email,
            ["{runnerId}"] = runner.Enrolled.SessionId,
            ["{lease}"] = JsonSerializer.Serialize(order.Lease, RunnerJson.Default.LeaseRef),
            ["{user}"] = $"OAuth {tenant.Api.Token}",
            ["{cluster}"] = $"Bearer {await tenant.ClusterTokenAsync(cluster)}",
            ["{session}"] = $"Bearer {runner.Enrolled.Credential}",
        });
    }

    /// <summary>Puts what is here in place of names in braces.</summary>
    public string Fill(string text) => _names.Aggregate(
        text, (filled, name) => filled.Replace(name.Key, name.Value, StringComparison.Ordinal));

    public Task<RawHttpResponse> SendAsync(
        string method, string path, string authorization, string? type, byte[] body, CancellationToken cancellationToken)
    {
        var typed = type is null ? "" : $"Content-Type: {type}\r\n";
        var length = method == "GET" ? "" : $"Content-Length: {body.Length}\r\n";
        var head = $"{method} {Fill(path)} HTTP/1.1\r\nHost: host\r\nAuthorization: {Fill(authorization)}\r\n{typed}{length}\r\n";
        return _client.SendAsync([.. Encoding.Latin1.GetBytes(head), .. body], cancellationToken);
    }

    /// <summary>All that a request could have changed, as the same connection shows it.</summary>
    public async Task<string> SnapshotAsync(CancellationToken cancellationToken)
    {
        string[] paths =
        [
            "/2/projects/{projectId}/tasks?per_page=5", "/2/projects/{projectId}/schedules", "/2/projects/{projectId}/codes",
            "/2/clusters", "/2/clusters/{clusterId}", "/2/clusters/{clusterId}/tokens",
        ];
        var picture = new StringBuilder();
        foreach (var path in paths)
        {
            var shown = await SendAsync("GET", path, "{user}", null, [], cancellationToken);
            Assert.True(shown.Status == 200, $"{path}: {shown.Status} {shown.Text}");
            picture.AppendLine(LastSeen().Replace(WaitingSince().Replace(shown.Text, ""), ""));
        }

        return picture.ToString();
    }

    // A task that waits may be handed to the poll of the runner that had the other one, and back, since that poll is gone.
    [GeneratedRegex("""(?<="status":"queued"[^{}]*)"updated_at":"[^"]*",""")]
    private static partial Regex WaitingSince();

    // When a runner was last heard of: also a call that is refused was its own.
    [GeneratedRegex("""
        ,"updated_at":"[^"]*"(?=\}[,\]])
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex LastSeen();
}
