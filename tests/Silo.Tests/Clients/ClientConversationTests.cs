using System.Text;
using System.Text.RegularExpressions;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Clients;

/// <summary>Published clients, one file each: what they send, and all of what they are answered.</summary>
public sealed partial class ClientConversationTests
{
    private static readonly string[] Runtimes = ["sh", "ruby", "python", "node", "php", "java"];

    public static TheoryData<string> Files() => new(GoldenFile.All);

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Files))]
    public async Task Each_request_of_a_client_gets_the_answer_that_it_expects(string file)
    {
        await using var silo = await TestSilo.StartAsync(
            null, ("HYBRID_RUNTIME_IMAGES", string.Join(';', Runtimes.Select(runtime => $"{runtime}={runtime}:1"))));
        var (names, runner) = await SetUpAsync(silo);
        await using var client = new RawHttpClient(silo.Address);
        foreach (var step in GoldenFile.Read(file).Steps)
        {
            switch (step)
            {
                case GoldenExchange exchange:
                    Compare(exchange, await client.SendAsync(GoldenBytes.Request(exchange.Request, names)), names);
                    break;
                case GoldenRunnerStep work:
                    foreach (var order in work.Orders)
                    {
                        await runner.DoAsync(order);
                    }

                    break;
            }
        }

        Assert.DoesNotContain(silo.Logs.All, line => line.Contains("Unhandled exception", StringComparison.Ordinal));
        Assert.DoesNotContain(silo.Logs.All, line => line.Contains(names["token"], StringComparison.Ordinal));
    }

    /// <summary>A user with a project, a cluster, a runner there, and a friend to share it with.</summary>
    private static async Task<(GoldenPlaceholders Names, GoldenRunner Runner)> SetUpAsync(TestSilo silo)
    {
        var tenant = await silo.NewTenantAsync("me@example.org");
        var friend = await silo.NewTenantAsync("friend@example.org");
        var cluster = await tenant.NewClusterAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var names = new GoldenPlaceholders(new Dictionary<string, string>
        {
            ["host"] = silo.Address.Authority,
            ["token"] = tenant.Api.Token,
            ["user"] = tenant.UserId,
            ["friend"] = friend.UserId,
            ["project"] = tenant.ProjectId,
            ["cluster"] = cluster,
            ["cluster_token"] = await tenant.ClusterTokenAsync(cluster),
            ["instance"] = runner.Enrolled.SessionId,
            ["unknown"] = "0123456789abcdef01234567",
            ["long"] = new string('x', 65 << 10),
        });
        return (names, new GoldenRunner(runner, names));
    }

    private static void Compare(GoldenExchange exchange, RawHttpResponse raw, GoldenPlaceholders names)
    {
        Assert.Equal(exchange.Request.Headers.Contains("Connection: close"), raw.Closes);
        var (came, expected) = (GoldenBytes.Answer(raw), GoldenBytes.Answer(exchange.Answer));
        if (!came.Head.SequenceEqual(expected.Head.Select(names.Fill)) || !names.Matches(expected.Body, came.Body))
        {
            Assert.Fail($"{exchange.Place} {exchange.Title}: the answer was, in the file's words,\n\n{Format(came, names)}");
        }
    }

    /// <summary>An answer as it would stand in the file.</summary>
    private static string Format((IReadOnlyList<string> Head, string Body) came, GoldenPlaceholders names)
    {
        var json = came.Head is [_, "Content-Type: application/json; charset=utf-8"];
        var shown = new StringBuilder(json ? came.Head[0] : string.Join('\n', came.Head) + "\n").Append('\n');
        var width = 0;
        foreach (var member in Members().Split(names.WithPlaceholders(came.Body)))
        {
            var breaks = width > 0 && width + member.Length > 118;
            shown.Append(breaks ? "\n  " : "").Append(member);
            width = breaks ? member.Length + 2 : width + member.Length;
        }

        return shown.ToString();
    }

    // Behind each comma between members.
    [GeneratedRegex("(?<=,)(?=\")")]
    private static partial Regex Members();
}
