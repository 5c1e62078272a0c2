using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

/// <summary>Users, projects, clusters and codes.</summary>
public abstract class ProjectStoreContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);

    [StoreFact]
    public async Task A_token_opens_its_user_until_it_is_deleted()
    {
        var user = new User(NextId(), "Zoë ☃", At);
        await Stores.Projects.AddUserAsync(user, None);
        var (first, second) = (NewToken(user.Id, "first"), NewToken(user.Id, "second"));
        await Stores.Projects.AddTokenAsync(first, None);
        await Stores.Projects.AddTokenAsync(second, None);

        Assert.Equal(user, await Stores.Projects.FindByTokenAsync(second.Hash, None));
        Assert.Equal(["first", "second"], (await Stores.Projects.ListTokensAsync(user.Id, None)).Select(token => token.Label).Order());
        Assert.True(await Stores.Projects.DeleteTokenAsync(second.Id, None));
        Assert.False(await Stores.Projects.DeleteTokenAsync(second.Id, None));
        Assert.Null(await Stores.Projects.FindByTokenAsync(second.Hash, None));
        Assert.Equal(user, await Stores.Projects.FindByTokenAsync(first.Hash, None));
        Assert.Contains(user, await Stores.Projects.ListUsersAsync(None));
    }

    [StoreFact]
    public async Task A_user_is_no_operator_until_made_one()
    {
        var (user, chief) = (new User(NextId(), "ann", At), new User(NextId(), "bob", At, IsOperator: true));
        await Stores.Projects.AddUserAsync(user, None);
        await Stores.Projects.AddUserAsync(chief, None);

        Assert.True(await Stores.Projects.SetOperatorAsync(user.Id, true, None));
        Assert.True(await Stores.Projects.SetOperatorAsync(chief.Id, false, None));
        Assert.False(await Stores.Projects.SetOperatorAsync(NextId(), true, None));

        var users = await Stores.Projects.ListUsersAsync(None);
        Assert.Contains(user with { IsOperator = true }, users);
        Assert.Contains(chief with { IsOperator = false }, users);
    }

    [StoreFact]
    public async Task A_project_is_kept_with_its_default_cluster()
    {
        var project = new Project { Id = NextId(), UserId = UserId, Name = "p", CreatedAt = At };
        await Stores.Projects.AddProjectAsync(project, None);

        Assert.Equal(project, await Stores.Projects.FindProjectAsync(project.Id, None));
        await Stores.Projects.SetDefaultClusterAsync(project.Id, ClusterId, None);

        Assert.Equal(project with { DefaultClusterId = ClusterId }, await Stores.Projects.FindProjectAsync(project.Id, None));
        Assert.Contains(project.Id, (await Stores.Projects.ListProjectsAsync(UserId, None)).Select(found => found.Id));
        Assert.Null(await Stores.Projects.FindProjectAsync(NextId(), None));
    }

    [StoreFact]
    public async Task A_cluster_is_found_by_token_by_id_and_by_name()
    {
        var cluster = new ClusterSettings
        {
            Id = NextId(),
            UserId = UserId,
            Name = "gpu",
            Memory = 5L << 30,
            DiskSpace = 7L << 40,
            CpuShare = 3,
            MaxTimeoutSeconds = 99,
            CreatedAt = At,
        };
        var token = new ClusterTokenRecord(NextId(), cluster.Id, Bytes(32), Bytes(60), At);
        await Stores.Clusters.AddAsync(cluster, token, None);

        Assert.Equal(cluster, await Stores.Clusters.FindAsync(cluster.Id, None));
        var found = (await Stores.Clusters.FindTokenAsync(token.Hash, None))!;
        Assert.Equal((token.Id, cluster.Id), (found.Id, found.ClusterId));
        Assert.Equal(cluster, await Stores.Clusters.FindForUserAsync(UserId, cluster.Id, None));
        Assert.Equal(cluster, await Stores.Clusters.FindForUserAsync(UserId, "gpu", None));
        Assert.Null(await Stores.Clusters.FindForUserAsync(NextId(), "gpu", None));
        Assert.Null(await Stores.Clusters.FindTokenAsync(Bytes(32), None));
        Assert.Equal(token.Sealed, (await Stores.Clusters.ListTokensAsync(cluster.Id, None)).Single().Sealed);
        Assert.Equal([cluster.Id, ClusterId], (await Stores.Clusters.ListAsync(UserId, 0, 10, None))
            .OrderBy(listed => listed.CreatedAt).Select(listed => listed.Id));
        Assert.Empty(await Stores.Clusters.ListAsync(UserId, 1, 10, None));
    }

    [StoreFact]
    public async Task A_code_keeps_its_id_and_every_revision()
    {
        var first = await Stores.Codes.UploadAsync(ProjectId, NextId(), "convert", Revision([0, 255, 10]), None);
        var second = await Stores.Codes.UploadAsync(
            ProjectId, NextId(), "convert", Revision(null) with { Image = "other", Retries = 4 }, None);

        Assert.Equal((1, 2), (first.Current.Rev, second.Current.Rev));
        Assert.Equal(first.Id, second.Id);
        Assert.Equal([0, 255, 10], first.Current.Config);
        Assert.Equal("2", first.Current.EnvVars["B"]);
        Assert.Equal(("busybox", 3), (first.Current.Image, first.Current.LeaseSeconds));
        var old = await Stores.Codes.FindRevisionAsync(first.Id, 1, None);
        Assert.Equal(("busybox", "echo hi"), (old!.Image, old.Command));
        var found = await Stores.Codes.FindAsync(ProjectId, first.Id, None);
        Assert.Equal(("other", 4, null), (found!.Current.Image, found.Current.Retries, found.Current.Config));
        Assert.Equal(first.Id, (await Stores.Codes.FindByNameAsync(ProjectId, "convert", None))!.Id);
    }

    [StoreFact]
    public async Task I9_a_code_belongs_to_its_project()
    {
        var code = await UploadAsync("convert");
        var stranger = await AddProjectAsync();

        Assert.Null(await Stores.Codes.FindAsync(stranger, code.Id, None));
        Assert.Null(await Stores.Codes.FindByNameAsync(stranger, "convert", None));
        Assert.Empty(await Stores.Codes.ListAsync(stranger, 0, 10, None));
        Assert.Equal(code.Id, (await Stores.Codes.ListAsync(ProjectId, 0, 10, None)).Single().Id);
        Assert.Null(await Stores.Codes.FindRevisionAsync(code.Id, 2, None));
    }

    [StoreFact]
    public async Task Uploads_of_one_name_at_the_same_time_become_revisions_one_after_the_other()
    {
        var codes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => UploadAsync("convert")));

        Assert.Single(codes.Select(code => code.Id).Distinct());
        Assert.Equal(Enumerable.Range(1, 10), codes.Select(code => code.Current.Rev).Order());
    }

    private UserToken NewToken(string userId, string label) => new(NextId(), userId, Bytes(32), label, At);

    private CodeRevisionRecord Revision(byte[]? config) => new()
    {
        Id = NextId(),
        Image = "busybox",
        Command = "echo hi",
        Config = config,
        EnvVars = new Dictionary<string, string> { ["A"] = "1", ["B"] = "2" },
        LeaseSeconds = 3,
        CreatedAt = At,
    };
}

public sealed class SqliteProjectStoreTests(SqliteFixture stores) : ProjectStoreContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresProjectStoreTests(PostgresFixture stores)
    : ProjectStoreContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
