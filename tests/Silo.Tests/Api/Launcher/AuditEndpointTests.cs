using System.Text.Json;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Launcher;

/// <summary>The audit as operators read it: whoever changed it is found out.</summary>
public sealed class AuditEndpointTests(LauncherAdminFixture silo) : IClassFixture<LauncherAdminFixture>
{
    private const string SomebodyElse = "00000000000000000000000000000000000000000000000000000000000000ff";

    [Fact(Timeout = 60_000)]
    public async Task It_is_read_page_by_page_and_each_page_is_checked_from_the_one_before()
    {
        var boss = await FiveLaunchesAsync();

        var (numbers, next) = (new List<long>(), 1L);
        while (next > 0)
        {
            var page = await ReadAsync(boss, $"?from={next}&limit=2");
            Assert.True(page.GetProperty("verified").GetBoolean());
            numbers.AddRange(page.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("sequence").GetInt64()));
            next = page.TryGetProperty("next", out var more) ? more.GetInt64() : 0;
        }

        Assert.Equal([1, 2, 3, 4, 5], numbers);
        Assert.Equal((true, 0), await ReadAsync(boss, "?from=1000") is var beyond
            ? (beyond.GetProperty("verified").GetBoolean(), beyond.GetProperty("records").GetArrayLength())
            : default);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("UPDATE launch_audit SET credential_id = 'other' WHERE sequence = 3", "", 3)]
    [InlineData("UPDATE launch_audit SET event = 99 WHERE sequence = 3", "?from=3&limit=1", 3)]
    [InlineData("DELETE FROM launch_audit WHERE sequence = 3", "", 3)]
    [InlineData("DELETE FROM launch_audit WHERE sequence = 3", "?from=4", 3)]
    [InlineData("DELETE FROM launch_audit WHERE sequence = 1", "", 1)]
    [InlineData("DELETE FROM launch_audit WHERE sequence > 3", "", 4)]
    [InlineData("DELETE FROM launch_audit WHERE sequence > 0", "", 1)]
    [InlineData($"UPDATE launch_audit SET hash = '{SomebodyElse}' WHERE sequence = 5", "", 5)]
    public async Task Changed_and_removed_records_are_reported(string change, string query, long broken)
    {
        var boss = await FiveLaunchesAsync();
        Assert.True((await ReadAsync(boss, query)).GetProperty("verified").GetBoolean());

        await silo.TamperAsync($"{change} AND account = '{silo.Now.Account}'");

        var page = await ReadAsync(boss, query);
        Assert.False(page.GetProperty("verified").GetBoolean());
        Assert.Equal(broken, page.GetProperty("first_broken").GetInt64());
    }

    [Fact(Timeout = 60_000)]
    public async Task An_audit_that_is_sound_in_itself_and_not_the_launchers_own_shows()
    {
        var boss = await FiveLaunchesAsync();
        var own = silo.Now.Account;
        var other = await FiveLaunchesAsync();
        var copied = $"SELECT '{own}', sequence, at, event, reason, count, credential_id, address, peer, commit_hash, launch_id, job_number, "
            + "machine_type, deadline, cost, policy_version, key_generation, previous, hash FROM launch_audit";
        await silo.TamperAsync(
            $"DELETE FROM launch_audit WHERE account = '{own}'; INSERT INTO launch_audit {copied} WHERE account = '{silo.Now.Account}'");

        Assert.True((await ReadAsync(other, "")).GetProperty("verified").GetBoolean());
        silo.Now = silo.Now with { Account = own };
        Assert.Equal(5, (await ReadAsync(boss, "")).GetProperty("first_broken").GetInt64());
    }

    private async Task<Tenant> FiveLaunchesAsync()
    {
        var boss = await silo.NewOperatorAsync();
        for (var commit = 0; commit < 5; commit++)
        {
            await silo.LaunchAsync(commit);
        }

        return boss;
    }

    private static async Task<JsonElement> ReadAsync(Tenant boss, string query) => (await boss.Api.GetAsync($"/launcher/v1/audit{query}")).Ok();
}
