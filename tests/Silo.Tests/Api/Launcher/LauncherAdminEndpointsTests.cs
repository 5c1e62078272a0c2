using System.Text;
using System.Text.Json;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Launcher;

/// <summary>The calls by which operators see and end launches.</summary>
public sealed class LauncherAdminEndpointsTests(LauncherAdminFixture silo) : IClassFixture<LauncherAdminFixture>
{
    private const string Root = "/launcher/v1";

    [Fact(Timeout = 60_000)]
    public async Task A_status_holds_what_is_used_against_what_may_be()
    {
        var boss = await silo.NewOperatorAsync();
        var (ended, live) = (await silo.LaunchAsync(1), await silo.LaunchAsync(2));
        await silo.Launcher.Cancel(ended.Id, "ci", new CallerAddress("192.0.2.1", "192.0.2.1"));
        Assert.True(await silo.Launcher.UseNonce(new Nonce("ci", new string('0', 32), DateTimeOffset.MaxValue)));

        var status = (await boss.Api.GetAsync(Root)).Ok();

        var head = (await silo.Store.ReadAuditAsync(silo.Now.Account, 0, 100, default))[^1];
        Assert.Equal(
            $$$"""
            {"account":"{{{silo.Now.Account}}}","policy_version":"{{{new string('a', 64)}}}","enabled":true,"key_generation":"k1","key_refused":true,
            "live":1,"orphans":0,"foreign_jobs":0,"caps":{"account":50,"credential":40,"foreign_jobs":false},"used_today":1,"used_this_month":1,"budget":{"day":100,"month":1000.5},
            "nonces":1,"audit":{"sequence":4,"hash":"{{{head.Hash}}}"},"launches":
            """.ReplaceLineEndings(""),
            status.GetRawText().Split("[{")[0]);
        Assert.Equal(live.Id, Assert.Single(status.GetProperty("launches").EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task Live_and_ended_launches_are_one_list_page_by_page()
    {
        var boss = await silo.NewOperatorAsync();
        var ids = new List<string>();
        for (var commit = 0; commit < 7; commit++)
        {
            ids.Add((await silo.LaunchAsync(commit)).Id);
            if (commit % 2 == 0)
            {
                await silo.Launcher.Cancel(ids[^1], "ci", new CallerAddress("192.0.2.1", "192.0.2.1"));
            }
        }

        var (seen, pages, before) = (new List<(string? Id, string? State)>(), 0, "");
        do
        {
            var page = (await boss.Api.GetAsync($"{Root}/runs?limit=3&before={before}")).Ok();
            seen.AddRange(page.GetProperty("runs").EnumerateArray().Select(run => (run.GetProperty("id").GetString(), run.GetProperty("state").GetString())));
            (pages, before) = (pages + 1, page.TryGetProperty("before", out var more) ? more.GetString()! : "");
        }
        while (before.Length > 0);

        var all = ids.Select((id, commit) => ((string?)id, (string?)(commit % 2 == 0 ? "ended" : "accepted")));
        Assert.Equal(all.OrderByDescending(run => run.Item1, StringComparer.Ordinal), seen);
        Assert.Equal(3, pages);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/runs?limit=0", "limit")]
    [InlineData("/runs?limit=101", "limit")]
    [InlineData("/runs?before=x", "before")]
    [InlineData("/audit?from=0", "from")]
    [InlineData("/audit?from=-1", "from")]
    [InlineData("/audit?limit=1e3", "limit")]
    [InlineData("/audit?from=99999999999999999999", "from")]
    [InlineData("/runs/ID/log?offset=x", "offset")]
    [InlineData("/runs/ID/log?attempt=2", "attempt")]
    public async Task A_contradictory_field_is_rejected_by_name(string path, string name)
    {
        var boss = await silo.NewOperatorAsync();
        var id = (await silo.LaunchAsync(1)).Id;

        var answer = await boss.Api.GetAsync(Root + path.Replace("ID", id, StringComparison.Ordinal));

        Assert.Equal(400, answer.Status);
        Assert.StartsWith($"{name} must be", answer.Msg, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_text_is_read_on_from_where_it_was_left()
    {
        var boss = await silo.NewOperatorAsync();
        var id = (await silo.LaunchAsync(1)).Id;
        await silo.Silo.Get<ILaunchConsoleStore>().AppendAsync(id, 1, 0, Encoding.UTF8.GetBytes("one\nzwei ü\n"), default);

        var first = await boss.Api.GetAsync($"{Root}/runs/{id}/log");
        var next = first.Headers.GetValues("X-Hybrid-Next-Offset").Single();
        await silo.Silo.Get<ILaunchConsoleStore>().AppendAsync(id, 1, 12, "end"u8.ToArray(), default);
        var rest = await boss.Api.GetAsync($"{Root}/runs/{id}/log?attempt=1&offset={next}");
        var nothing = await boss.Api.GetAsync($"{Root}/runs/{id}/log?offset={long.MaxValue}");

        Assert.Equal(("one\nzwei ü\n", "12", "text/plain; charset=utf-8"), (first.Body, next, first.Type));
        Assert.Equal("accepted", first.Headers.GetValues("X-Hybrid-State").Single());
        Assert.Equal(("end", "15"), (rest.Body, rest.Headers.GetValues("X-Hybrid-Next-Offset").Single()));
        Assert.Equal((200, ""), (nothing.Status, nothing.Body));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_operator_may_cancel_anybodys_launch_and_the_audit_says_who_did()
    {
        var boss = await silo.NewOperatorAsync();
        var launch = await silo.LaunchAsync(1, credential: "somebody");

        var cancelled = (await boss.Api.PostAsync($"{Root}/runs/{launch.Id}/cancel", "")).Ok();
        var again = (await boss.Api.PostAsync($"{Root}/runs/{launch.Id}/cancel", "")).Ok();

        Assert.Equal(("ended", "cancelled", "somebody"), (Text(cancelled, "state"), Text(cancelled, "verdict"), Text(cancelled, "credential_id")));
        Assert.Equal("ended", Text(again, "state"));
        var told = Assert.Single(await AuditAsync(boss, ""), record => Text(record, "event") == "cancelled");
        Assert.Equal(
            ($"operator {boss.UserId}", "somebody", "127.0.0.1", launch.Id),
            (Text(told, "reason"), Text(told, "credential_id"), Text(told, "address"), Text(told, "launch_id")));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_launch_that_there_is_not_is_not_found()
    {
        var boss = await silo.NewOperatorAsync();

        Assert.Equal((404, "Launch not found"), await boss.Api.PostAsync($"{Root}/runs/{boss.UserId}/cancel", "") is var unknown ? (unknown.Status, unknown.Msg) : default);
        Assert.Equal(404, (await boss.Api.PostAsync($"{Root}/runs/nonsense/cancel", "")).Status);
        Assert.Equal(404, (await boss.Api.GetAsync($"{Root}/runs/nonsense/log")).Status);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static async Task<IReadOnlyList<JsonElement>> AuditAsync(Tenant boss, string query) =>
        [.. (await boss.Api.GetAsync($"{Root}/audit{query}")).Ok().GetProperty("records").EnumerateArray()];
}
