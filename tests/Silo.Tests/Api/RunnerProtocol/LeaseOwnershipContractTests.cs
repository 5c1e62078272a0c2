using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.RunnerProtocol;

/// <summary>Reports on leases that are not the caller's, or not any more: other sessions, other hosts, attempts that are over (S6, S26).</summary>
public abstract class LeaseOwnershipContractTests(TestSilo silo)
{
    [Fact(Timeout = 30_000)]
    public async Task S6_a_lease_is_good_with_the_session_that_got_it_only()
    {
        var (tenant, cluster) = await ClusterAsync();
        var (holder, thief) = (await tenant.EnrolAsync(cluster), await tenant.EnrolAsync(cluster));
        var task = await tenant.QueueAsync();
        var lease = (await holder.ClaimOneAsync()).Lease;

        var beat = await thief.HeartbeatAsync(lease, "running", message: "stolen");
        var log = await thief.LogAsync(lease, 0, "stolen");
        var release = await thief.ReleaseAsync(leaving: false, lease);
        var finish = await thief.FinishAsync(lease, "complete", exitCode: 0);

        Assert.Equal("lost", beat.Leases[0].Status);
        Assert.Equal((409, 409, 409), (log.Status, release.Status, finish.Status));
        Assert.Equal("renewed", (await holder.HeartbeatAsync(lease, "running")).Leases[0].Status);
        Assert.Equal("", (await tenant.Api.GetAsync($"{tenant.Project}/tasks/{task}/log")).Body);
        var seen = await tenant.TaskAsync(task);
        Assert.Equal(("running", ""), (seen.GetProperty("status").GetString(), seen.GetProperty("msg").GetString()));
    }

    [Fact(Timeout = 30_000)]
    public async Task S6_of_two_hosts_with_one_copied_session_only_the_first_to_come_gets_its_leases()
    {
        var (tenant, cluster) = await ClusterAsync();
        var first = await tenant.EnrolAsync(cluster);
        await tenant.QueueAsync();
        var lease = (await first.ClaimOneAsync()).Lease;
        var copied = new PreviousSession { SessionId = first.Enrolled.SessionId, Credential = first.Enrolled.Credential };
        var token = await tenant.ClusterTokenAsync(cluster);

        var heirs = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => TestRunner.EnrolAsync(tenant.Api, cluster, token, 1, copied)));

        var heir = Assert.Single(heirs, each => each.Enrolled.Leases.Length > 0);
        Assert.Equal([lease], heir.Enrolled.Leases);
        foreach (var other in heirs.Where(each => each != heir))
        {
            Assert.Equal("lost", (await other.HeartbeatAsync(lease, "running")).Leases[0].Status);
        }

        Assert.Equal("renewed", (await heir.HeartbeatAsync(lease, "running")).Leases[0].Status);
        Assert.Equal(401, (await first.ReleaseAsync(leaving: false, lease)).Status);
        var listed = (await tenant.Api.GetAsync($"/2/clusters/{cluster}")).Json.GetProperty("cluster").GetProperty("machines");
        Assert.Equal(
            [.. heirs.Select(each => each.Enrolled.SessionId).Order()],
            listed.EnumerateArray().Select(runner => runner.GetProperty("instance_id").GetString()).Order());
    }

    [Theory(Timeout = 30_000)]
    [InlineData(1, "overlaps")]
    [InlineData(7, "beyond")]
    [InlineData(long.MaxValue, "beyond")]
    public async Task S26_a_piece_that_does_not_begin_where_the_log_ends_is_no_part_of_it(long offset, string text)
    {
        var (tenant, cluster) = await ClusterAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var task = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.LogAsync(lease, 0, "abc");

        var reply = await runner.LogAsync(lease, offset, text);

        Assert.Equal("""{"statuses":["full"]}""", reply.Body);
        Assert.Equal("abc", (await tenant.Api.GetAsync($"{tenant.Project}/tasks/{task}/log")).Body);
    }

    [Fact(Timeout = 30_000)]
    public async Task S26_the_log_of_an_attempt_that_is_over_stays_out_of_the_next_ones()
    {
        var (tenant, cluster) = await ClusterAsync();
        var (old, next) = (await tenant.EnrolAsync(cluster), await tenant.EnrolAsync(cluster));
        var task = await tenant.QueueAsync();
        var lease = (await old.ClaimOneAsync()).Lease;
        await old.LogAsync(lease, 0, "first attempt");
        await old.ReleaseAsync(leaving: false, lease);
        var again = (await next.ClaimOneAsync()).Lease;
        await next.LogAsync(again, 0, "second");

        var late = await old.LogAsync(lease, 13, " goes on");
        var mixed = await old.LogAsync(lease with { Attempt = again.Attempt }, 6, " mixed");
        var guessed = await old.LogAsync(again, 6, " guessed");

        Assert.Equal((409, 409, 409), (late.Status, mixed.Status, guessed.Status));
        Assert.Equal("second", (await tenant.Api.GetAsync($"{tenant.Project}/tasks/{task}/log")).Body);
    }

    private async Task<(Tenant Tenant, string Cluster)> ClusterAsync()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        return (tenant, cluster);
    }
}
