using System.Text;
using OrleansHybrid.Silo.Tests.Support;
using Xunit.Abstractions;

namespace OrleansHybrid.Silo.Tests.Fuzz;

/// <summary>S13: queries of every call that reads one, made by chance.</summary>
public sealed class QueryStringFuzzTests(TestSilo silo, ITestOutputHelper output) : IClassFixture<TestSilo>
{
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(20);

    private const string Project = "/2/projects/{projectId}";

    private static readonly string[] Paging = ["page=0", "per_page=100", "page=1"];

    private static readonly string[] TaskKeys =
    [
        .. Paging, "code_name=hello", "label=l", "cluster=site", "cluster={clusterId}", "from_time=1", "to_time=4000000000.5",
        "queued=1", "preparing=1", "running=%25%21d%28bool%3Dtrue%29", "complete=true", "error=1", "cancelled=0", "timeout=1",
        "killed=1",
    ];

    /// <summary>The endpoints that read a query, and their keys.</summary>
    private static readonly (string Method, string Path, string[] Keys)[] Calls =
    [
        ("GET", $"{Project}/tasks", TaskKeys),
        ("GET", "/2/clusters/{clusterId}/tasks", TaskKeys),
        ("GET", $"{Project}/tasks/{{taskId}}", []),
        ("GET", $"{Project}/codes", [.. Paging, "name=hello"]),
        ("GET", $"{Project}/codes/{{codeId}}/revisions", Paging),
        ("GET", $"{Project}/codes/{{codeId}}/download", ["revision=1"]),
        ("GET", $"{Project}/codes/{{codeId}}/stats", ["start_date=1", "end_date=4000000000"]),
        ("GET", $"{Project}/schedules", Paging),
        ("GET", $"{Project}/schedules/{{scheduleId}}", Paging),
        ("GET", $"{Project}/schedules/{{scheduleId}}/runs", Paging),
        ("GET", "/2/projects", Paging),
        ("GET", "/2/clusters", [.. Paging, "shared=true", "internal=true"]),
        ("GET", "/2/clusters/shared", Paging),
        ("POST", $"{Project}/tasks/webhook", Webhook),
    ];

    private static readonly string[] Values =
    [
        "", "0", "-1", "1e400", "-1e999", "NaN", "Infinity", "-Infinity", "1.5", "%31", "9223372036854775808", "253402300800",
        "99999999999999999999999", "%00", "a%00b", "%ff", "%c3%28", "%ed%a0%80", "%f0%9f%98%80", "%", "%zz", "%u0041", "+", "%20",
        "a+b", "=", "==", "&", "&&", ";", "?", "??", "/", "..%2f..", "[]", "%5B%5D", "'%20OR%201=1%20--", "%22", "{}", "default",
        "true", "yes", "0x10", "%0d%0a", "%e2%80%ae", new string('x', 600), new string('9', 500),
    ];

    private static string[] Webhook =>
        ["code_name=hello", "priority=2", "cluster=site", "timeout=60", "delay=1.5", "label=l", "idempotency_key=i", "unique_key=u"];

    [Fact(Timeout = 3_600_000)]
    public async Task S13_whatever_is_asked_is_answered_in_json_never_with_5xx_and_what_is_rejected_changed_nothing()
    {
        await using var client = new RawHttpClient(silo.Address);
        var (ground, picture) = (default(FuzzFixture), "");
        var (taken, refused) = (0, 0);
        foreach (var chance in FuzzRounds.All(output))
        {
            using var late = new CancellationTokenSource(ResponseTimeout);
            if (ground is not { IsFresh: true })
            {
                ground = await FuzzFixture.CreateAsync(silo, client);
                picture = await ground.SnapshotAsync(late.Token);
            }

            var (method, path, keys) = Calls[chance.Next(Calls.Length)];
            var target = $"{path}?{Query(keys, chance)}";

            var answer = await ground.SendAsync(method, target, "{user}", null, Body(method), late.Token);

            Assert.True(answer.Status is 200 or 400 or 404 or 406, $"{target}: {answer.Status} {answer.Text}");
            var told = answer.Json ?? throw new InvalidOperationException($"{target}: {answer.Text}");
            if (answer.Status == 200)
            {
                // What was queued may come due while others are refused.
                (ground, taken) = (method == "GET" ? ground : null, taken + 1);
                continue;
            }

            refused++;
            Assert.True(told.GetProperty("msg").GetString() is { Length: > 0 }, target);
            Assert.Equal(picture, await ground.SnapshotAsync(late.Token));
        }

        output.WriteLine($"{taken} taken, {refused} refused");
        Assert.True(taken + refused == 1 || (taken > 0 && refused > 0), $"{taken} taken, {refused} refused");
        Assert.DoesNotContain(silo.Logs.All, line => line.Contains("Unhandled exception", StringComparison.Ordinal));
    }

    [Fact(Timeout = 30_000)]
    public async Task Each_key_alone_is_good()
    {
        await using var client = new RawHttpClient(silo.Address);
        var ground = await FuzzFixture.CreateAsync(silo, client);
        foreach (var (method, path, keys) in Calls)
        {
            foreach (var key in keys)
            {
                var named = method == "GET" ? "" : "code_name=hello&";
                var query = key.StartsWith("code_name", StringComparison.Ordinal) ? key : named + key;
                var answer = await ground.SendAsync(method, $"{path}?{query}", "{user}", null, Body(method), default);

                // The code has no zip.
                var expected = path.EndsWith("/download", StringComparison.Ordinal) ? 404 : 200;
                Assert.True(answer.Status == expected, $"{path}?{query}: {answer.Status} {answer.Text}");
            }
        }
    }

    private static byte[] Body(string method) => method == "GET" ? [] : Encoding.UTF8.GetBytes("any [body");

    /// <summary>Some keys with values of their own or others, in any order, some twice, cut and glued anywhere.</summary>
    private static string Query(string[] keys, Random random)
    {
        var query = new StringBuilder();
        for (var times = random.Next(5); times > 0; times--)
        {
            var (key, value) = keys.Length == 0 || random.Next(10) == 0
                ? (Values[random.Next(Values.Length)], "=x")
                : Split(keys[random.Next(keys.Length)]);
            value = random.Next(2) == 0 ? value : $"={Values[random.Next(Values.Length)]}";
            query.Append(query.Length == 0 || random.Next(20) == 0 ? "" : "&").Append(key).Append(value);
        }

        if (query.Length > 0 && random.Next(5) == 0)
        {
            query.Remove(random.Next(query.Length), 1);
        }

        // What stands in braces is filled in, and must not be cut.
        return query.ToString().Replace("{}", "%7B%7D", StringComparison.Ordinal);
    }

    private static (string Key, string Value) Split(string pair) =>
        (pair[..pair.IndexOf('=', StringComparison.Ordinal)], pair[pair.IndexOf('=', StringComparison.Ordinal)..]);
}
