using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

/// <summary>Clusters after their creation: changed, shared, given other tokens, deleted.</summary>
public abstract class ClusterStoreContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    private IClusterStore Clusters => Stores.Clusters;

    [StoreFact]
    public async Task What_is_not_named_stays_as_it_was()
    {
        var before = (await Clusters.FindAsync(ClusterId, None))!;

        Assert.Equal(
            ClusterUpdateResult.Updated, await Clusters.UpdateAsync(ClusterId, new ClusterChange { Memory = 7L << 40, CpuShare = 0 }, None));
        Assert.Equal(before with { Memory = 7L << 40, CpuShare = 0 }, await Clusters.FindAsync(ClusterId, None));

        var rest = new ClusterChange { Name = "renamed", DiskSpace = 5, MaxTimeoutSeconds = 9, CpuShare = 3 };
        Assert.Equal(ClusterUpdateResult.Updated, await Clusters.UpdateAsync(ClusterId, rest, None));
        Assert.Equal(
            before with { Memory = 7L << 40, Name = "renamed", DiskSpace = 5, MaxTimeoutSeconds = 9, CpuShare = 3 },
            await Clusters.FindAsync(ClusterId, None));
        Assert.Equal(ClusterUpdateResult.NotFound, await Clusters.UpdateAsync(NextId(), rest, None));
        Assert.Equal(1, await Clusters.CountAsync(UserId, None));
    }

    [StoreFact]
    public async Task Several_tokens_are_good_until_they_are_revoked_and_the_last_one_stays()
    {
        var second = NewToken(ClusterId);
        Assert.True(await Clusters.AddTokenAsync(second, None));
        Assert.False(await Clusters.AddTokenAsync(NewToken(NextId()), None));
        var first = (await Clusters.ListTokensAsync(ClusterId, None)).Single(token => token.Id != second.Id);

        Assert.Equal(ClusterId, (await Clusters.FindTokenAsync(first.Hash, None))!.ClusterId);
        Assert.Equal(second.Id, (await Clusters.FindTokenAsync(second.Hash, None))!.Id);
        Assert.Null(await Clusters.RevokeTokenAsync(await AddClusterAsync(), second.Id, None));
        Assert.Null(await Clusters.RevokeTokenAsync(ClusterId, NextId(), None));
        Assert.Empty((await Clusters.RevokeTokenAsync(ClusterId, first.Id, None))!);

        Assert.Null(await Clusters.FindTokenAsync(first.Hash, None));
        Assert.Null(await Clusters.RevokeTokenAsync(ClusterId, second.Id, None));
        Assert.Equal([second.Id], (await Clusters.ListTokensAsync(ClusterId, None)).Select(token => token.Id));
    }

    [StoreFact]
    public async Task S8_revoking_a_token_ends_its_sessions_and_no_others()
    {
        await QueueAsync(Spec(), Spec());
        var second = NewToken(ClusterId);
        await Clusters.AddTokenAsync(second, None);
        var (old, fresh) = (NewSession(), NewSession() with { TokenId = second.Id });
        await Stores.Runners.EnrolAsync(old, null, None);
        await Stores.Runners.EnrolAsync(fresh, null, None);

        var ended = Assert.Single((await Clusters.RevokeTokenAsync(ClusterId, old.TokenId, None))!);

        Assert.Equal((old.Id, Convert.ToHexString(old.CredentialHash)), (ended.Id, Convert.ToHexString(ended.CredentialHash)));
        Assert.Equal(RunnerPhase.Ended, (await Stores.Runners.FindAsync(old.Id, None))!.Phase);
        Assert.Empty(await ClaimAsync(old.Id, 1));
        Assert.Single(await ClaimAsync(fresh.Id, 1));
        Assert.Null(await Stores.Runners.EnrolAsync(NewSession(), fresh.Id, None));
        Assert.Equal(RunnerPhase.Active, (await Stores.Runners.FindAsync(fresh.Id, None))!.Phase);
        Assert.Equal(second.Id, (await Stores.Runners.FindAsync(fresh.Id, None))!.TokenId);
    }

    [StoreFact]
    public async Task S8_who_enrols_while_the_token_is_revoked_does_not_stay()
    {
        for (var round = 0; round < 20; round++)
        {
            var (token, session) = (NewToken(ClusterId), NewSession());
            await Clusters.AddTokenAsync(token, None);

            var (moved, ended) = await RunConcurrentlyAsync(
                () => Stores.Runners.EnrolAsync(session with { TokenId = token.Id }, null, None),
                () => Clusters.RevokeTokenAsync(ClusterId, token.Id, None));

            Assert.Equal(moved is null ? [] : [session.Id], ended!.Select(found => found.Id));
            Assert.DoesNotContain(await Stores.Runners.ListAsync(ClusterId, None), found => found.Session.Id == session.Id);
        }
    }

    [StoreFact]
    public async Task Of_two_tokens_revoked_at_once_one_stays()
    {
        for (var round = 0; round < 10; round++)
        {
            var first = (await Clusters.ListTokensAsync(ClusterId, None)).Single();
            var second = NewToken(ClusterId);
            await Clusters.AddTokenAsync(second, None);

            var (one, other) = await RunConcurrentlyAsync(
                () => Clusters.RevokeTokenAsync(ClusterId, first.Id, None),
                () => Clusters.RevokeTokenAsync(ClusterId, second.Id, None));

            Assert.True(one is null ^ other is null);
            Assert.Single(await Clusters.ListTokensAsync(ClusterId, None));
        }
    }

    [StoreFact]
    public async Task A_shared_cluster_is_found_by_whom_it_is_shared_with_until_that_is_taken_back()
    {
        var friend = await AddUserAsync("friend@example.org");
        Assert.False(await Clusters.ShareAsync(NextId(), friend, Now, None));
        Assert.Null(await Clusters.FindForUserAsync(friend, ClusterId, None));

        Assert.True(await Clusters.ShareAsync(ClusterId, friend, DateTimeOffset.UnixEpoch, None));
        Assert.True(await Clusters.ShareAsync(ClusterId, friend, DateTimeOffset.UnixEpoch.AddHours(1), None));

        var shared = (await Clusters.FindAsync(ClusterId, None))!;
        Assert.Equal(
            [new ClusterShareRecord(friend, $"friend {friend}", "friend@example.org", DateTimeOffset.UnixEpoch.AddHours(1))],
            await Clusters.ListSharesAsync(ClusterId, None));
        Assert.Equal(shared, await Clusters.FindForUserAsync(friend, ClusterId, None));
        Assert.Equal(shared, await Clusters.FindForUserAsync(friend, shared.Name, None));
        Assert.Equal([shared], await Clusters.ListSharedAsync(friend, 0, 10, None));
        Assert.Empty(await Clusters.ListSharedAsync(friend, 1, 10, None));
        Assert.Empty(await Clusters.ListAsync(friend, 0, 10, None));
        Assert.Empty(await Clusters.ListSharedAsync(UserId, 0, 10, None));

        Assert.True(await Clusters.UnshareAsync(ClusterId, friend, None));
        Assert.False(await Clusters.UnshareAsync(ClusterId, friend, None));
        Assert.Null(await Clusters.FindForUserAsync(friend, shared.Name, None));
        Assert.Empty(await Clusters.ListSharedAsync(friend, 0, 10, None));
    }

    [StoreFact]
    public async Task A_users_own_cluster_comes_before_a_shared_one_of_the_same_name()
    {
        var friend = await AddUserAsync(null);
        await Clusters.ShareAsync(ClusterId, friend, Now, None);
        var name = (await Clusters.FindAsync(ClusterId, None))!.Name;
        var own = new ClusterSettings { Id = NextId(), UserId = friend, Name = name, CreatedAt = Now };
        Assert.True(await Clusters.AddAsync(own, NewToken(own.Id), None));

        Assert.Equal(own.Id, (await Clusters.FindForUserAsync(friend, name, None))!.Id);
        Assert.Equal(ClusterId, (await Clusters.FindForUserAsync(friend, ClusterId, None))!.Id);
    }

    [StoreFact]
    public async Task B12_A_name_is_one_users_only_and_of_an_owners_clusters_one_has_each()
    {
        var cluster = (await Clusters.FindAsync(ClusterId, None))!;
        var second = cluster with { Id = NextId() };
        Assert.False(await Stores.Projects.AddUserAsync(new User(NextId(), $"somebody {UserId}", Now), None));
        Assert.False(await Clusters.AddAsync(second, NewToken(second.Id), None));
        Assert.Null(await Clusters.FindAsync(second.Id, None));
        Assert.Empty(await Clusters.ListTokensAsync(second.Id, None));

        var other = await AddClusterAsync();
        var change = new ClusterChange { Name = cluster.Name, CpuShare = 77 };
        Assert.Equal(ClusterUpdateResult.NameTaken, await Clusters.UpdateAsync(other, change, None));
        Assert.NotEqual(77, (await Clusters.FindAsync(other, None))!.CpuShare);
        Assert.Equal(ClusterUpdateResult.Updated, await Clusters.UpdateAsync(ClusterId, change, None));
    }

    [StoreFact]
    public async Task B12_Of_two_that_want_a_name_at_once_one_gets_it()
    {
        for (var round = 0; round < 10; round++)
        {
            var (mine, id) = (await AddClusterAsync(), NextId());
            var wanted = new ClusterSettings { Id = id, UserId = UserId, Name = $"wanted {id}", CreatedAt = Now };

            var (added, renamed) = await RunConcurrentlyAsync(
                () => Clusters.AddAsync(wanted, NewToken(id), None),
                () => Clusters.UpdateAsync(mine, new ClusterChange { Name = wanted.Name }, None));

            Assert.True(added ^ renamed == ClusterUpdateResult.Updated);
        }
    }

    [StoreFact]
    public async Task An_address_is_one_users_only()
    {
        var (ann, bob) = (await AddUserAsync($"{NextId()}@example.org"), await AddUserAsync(null));
        var address = $"{NextId()}@example.org";

        Assert.True(await Stores.Projects.SetEmailAsync(bob, address, None));
        Assert.True(await Stores.Projects.SetEmailAsync(bob, address, None));
        Assert.False(await Stores.Projects.SetEmailAsync(ann, address, None));
        Assert.False(await Stores.Projects.SetEmailAsync(NextId(), null, None));
        Assert.Equal(bob, (await Stores.Projects.FindByEmailAsync(address, None))!.Id);
        Assert.True(await Stores.Projects.SetEmailAsync(bob, null, None));
        Assert.Null(await Stores.Projects.FindByEmailAsync(address, None));
    }

    [StoreFact]
    public async Task I2_a_cluster_at_work_is_not_deleted()
    {
        var (other, session) = (await AddClusterAsync(), await EnrolAsync());
        Assert.Equal(ClusterDeleteResult.NotFound, await Clusters.DeleteAsync(NextId(), None));
        var delayed = (await QueueAsync(Spec() with { DelaySeconds = 60 }))[0];
        Assert.Equal(ClusterDeleteResult.Busy, await Clusters.DeleteAsync(ClusterId, None));
        await CancelAsync(delayed.Id);
        await QueueAsync(Spec());
        Assert.Equal(ClusterDeleteResult.Busy, await Clusters.DeleteAsync(ClusterId, None));
        var lease = await ClaimOneAsync(session);
        Assert.Equal(ClusterDeleteResult.Busy, await Clusters.DeleteAsync(ClusterId, None));
        Assert.Equal(ClusterDeleteResult.Deleted, await Clusters.DeleteAsync(other, None));
        await FinishAsync(lease);

        await Stores.Projects.SetDefaultClusterAsync(ProjectId, ClusterId, None);
        await Clusters.ShareAsync(ClusterId, await AddUserAsync(null), Now, None);
        var token = (await Clusters.ListTokensAsync(ClusterId, None)).Single();
        Assert.Equal(ClusterDeleteResult.Deleted, await Clusters.DeleteAsync(ClusterId, None));

        Assert.Null(await Clusters.FindAsync(ClusterId, None));
        Assert.Null(await Clusters.FindTokenAsync(token.Hash, None));
        Assert.Null(await Stores.Runners.FindAsync(session, None));
        Assert.Null((await Stores.Projects.FindProjectAsync(ProjectId, None))!.DefaultClusterId);
        Assert.Null(await Stores.Runners.EnrolAsync(NewSession(), null, None));
    }

    [StoreFact]
    public async Task What_is_queued_to_a_cluster_that_is_gone_is_found()
    {
        await QueueAsync(Spec());
        Assert.Equal(ClusterDeleteResult.Deleted, await Clusters.DeleteAsync(await AddClusterAsync(), None));
        Assert.Empty(await Clusters.ListOrphanedTasksAsync(10, None));

        var stray = (await QueueAsync(Spec() with { ClusterId = NextId() }))[0];

        Assert.Equal([(ProjectId, stray.Id)], await Clusters.ListOrphanedTasksAsync(10, None));
        await CancelAsync(stray.Id);
        Assert.Empty(await Clusters.ListOrphanedTasksAsync(10, None));
    }

    [StoreFact]
    public async Task Who_enrols_while_the_cluster_is_deleted_does_not_stay()
    {
        for (var round = 0; round < 20; round++)
        {
            var cluster = await AddClusterAsync();
            var session = NewSession(cluster);

            var (_, deletion) = await RunConcurrentlyAsync(
                () => Stores.Runners.EnrolAsync(session, null, None), () => Clusters.DeleteAsync(cluster, None));

            Assert.Equal(ClusterDeleteResult.Deleted, deletion);
            Assert.Null(await Stores.Runners.FindAsync(session.Id, None));
        }
    }

    private async Task<string> AddUserAsync(string? email)
    {
        var id = NextId();
        Assert.True(await Stores.Projects.AddUserAsync(new User(id, $"friend {id}", Now, Email: email), None));
        return id;
    }
}

public sealed class SqliteClusterStoreTests(SqliteFixture stores) : ClusterStoreContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresClusterStoreTests(PostgresFixture stores)
    : ClusterStoreContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
