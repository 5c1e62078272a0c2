using OrleansHybrid.Support.Iron;
using static OrleansHybrid.Cli.Tests.CliFixture;

namespace OrleansHybrid.Cli.Tests.Commands;

/// <summary>A cluster's tokens from the command line.</summary>
public sealed class ClusterTokenCommandsTests
{
    private const string Tokens = "/2/clusters/c1/tokens";

    [Fact(Timeout = 10_000)]
    public async Task An_added_token_comes_with_the_line_that_starts_a_runner()
    {
        await using var test = await StartAsync();
        test.Server.On(
            $"POST {Tokens}", FakeResponse.Json("""{"msg":"Token added","token":{"id":"t2","token":"s3cret.aHR0cHM"}}"""));

        var outcome = await test.RunAsync("cluster token add c1");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Id:         t2\n", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("-e CLUSTER_ID=c1 -e CLUSTER_TOKEN=s3cret.aHR0cHM ", outcome.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", outcome.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_list_has_one_line_a_token()
    {
        await using var test = await StartAsync();
        test.Server.On($"GET {Tokens}", FakeResponse.Json(
            """
            {"tokens":[{"id":"t2\u001b[1m","created_at":"2026-02-03T04:05:06.789Z","runners":2},
                       {"id":"t1","created_at":"2026-01-03T04:05:06Z"}]}
            """));

        var outcome = await test.RunAsync("cluster token list c1");

        Assert.Equal((0, 2), (outcome.ExitCode, outcome.Out.Count(character => character == '\n')));
        Assert.DoesNotContain('\e', outcome.Out);
        Assert.EndsWith("2026-02-03T04:05:06Z  2 runners\nt1  2026-01-03T04:05:06Z  0 runners\n", outcome.Out, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task Revoking_names_the_token()
    {
        await using var test = await StartAsync();
        test.Server.On($"DELETE {Tokens}/t1", FakeResponse.Json("""{"msg":"Token revoked"}"""));

        var outcome = await test.RunAsync("cluster token revoke c1 t1");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Out));
        Assert.Contains("t1", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(test.Server.Single($"DELETE {Tokens}/t1").Bytes);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_rejection_by_the_server_is_printed_and_has_its_exit_code()
    {
        await using var test = await StartAsync();
        test.Server.On($"DELETE {Tokens}/t1", FakeResponse.Error(404, "Token not found"));

        var outcome = await test.RunAsync("cluster token revoke c1 t1");

        Assert.Equal(5, outcome.ExitCode);
        Assert.Contains("Token not found", outcome.Error, StringComparison.Ordinal);
    }
}
