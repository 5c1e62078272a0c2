using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

/// <summary>Revisions, zips, deleted codes and logins.</summary>
public abstract class CodeStoreContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task A_revision_keeps_what_is_known_of_its_zip()
    {
        var zip = new CodeZip(1234, "md5 of it", "sha256 of it");
        var with = Revision() with { Signature = "ohs1.key.mac", Stack = "ruby-2", Runtime = "ruby", FileName = "a.rb", Zip = zip, NoInit = true };
        var code = await Stores.Codes.UploadAsync(ProjectId, NextId(), "zipped", with, None);
        await UploadAsync("zipped");

        var revisions = await Stores.Codes.ListRevisionsAsync(code.Id, 0, 10, None);

        Assert.Equal([2, 1], revisions.Select(revision => revision.Rev));
        Assert.Equal((null, ""), (revisions[0].Zip, revisions[0].FileName));
        Assert.Equal((zip, "ruby-2", "ruby", "a.rb"), (
            revisions[1].Zip, revisions[1].Stack, revisions[1].Runtime, revisions[1].FileName));
        Assert.Equal(with.Id, revisions[1].Id);
        Assert.Equal(["", with.Signature], revisions.Select(revision => revision.Signature));
        Assert.Equal([false, true], revisions.Select(revision => revision.NoInit));
        Assert.Equal([1], (await Stores.Codes.ListRevisionsAsync(code.Id, 1, 1, None)).Select(revision => revision.Rev));
        Assert.Equal(zip, (await Stores.Codes.FindRevisionAsync(code.Id, 1, None))!.Zip);
    }

    [StoreFact]
    public async Task The_bytes_of_a_zip_come_back_piece_by_piece()
    {
        var (id, first, last) = (NextId(), Bytes(IZipStore.PieceSize), Bytes(7));
        await Stores.Zips.BeginAsync(id, Now, None);
        await Stores.Zips.AddAsync(id, 0, first, None);
        await Stores.Zips.AddAsync(id, 1, last, None);
        await Stores.Codes.UploadAsync(ProjectId, NextId(), "pieces", Revision() with { Id = id }, None);

        Assert.Equal(first, await Stores.Zips.ReadAsync(id, 0, None));
        Assert.Equal(last, await Stores.Zips.ReadAsync(id, 1, None));
        Assert.Empty(await Stores.Zips.ReadAsync(id, 2, None));
        Assert.Empty(await Stores.Zips.ReadAsync(NextId(), 0, None));
    }

    [StoreFact]
    public async Task What_an_upload_that_died_has_left_goes_with_a_later_one_and_nothing_else_does()
    {
        var (dead, kept, young) = (NextId(), NextId(), NextId());
        foreach (var id in (string[])[dead, kept])
        {
            await Stores.Zips.BeginAsync(id, Now - TimeSpan.FromHours(2), None);
            await Stores.Zips.AddAsync(id, 0, [1], None);
            if (id == kept)
            {
                await Stores.Codes.UploadAsync(ProjectId, NextId(), "kept", Revision() with { Id = id }, None);
            }
        }

        await Stores.Zips.BeginAsync(young, Now - TimeSpan.FromMinutes(30), None);
        await Stores.Zips.AddAsync(young, 0, [2], None);
        await Stores.Zips.BeginAsync(NextId(), Now, None);

        Assert.Empty(await Stores.Zips.ReadAsync(dead, 0, None));
        Assert.Equal([1], await Stores.Zips.ReadAsync(kept, 0, None));
        Assert.Equal([2], await Stores.Zips.ReadAsync(young, 0, None));
    }

    [StoreFact]
    public async Task A_deleted_code_is_found_by_its_id_only_and_its_name_is_free()
    {
        var code = await UploadAsync("gone");
        await UploadAsync("gone");
        var task = (await QueueAsync(Spec(code.Id)))[0];

        await Stores.Codes.ArchiveAsync(code.Id, Now, None);
        await Stores.Codes.ArchiveAsync(code.Id, Now + TimeSpan.FromDays(1), None);
        var next = await UploadAsync("gone", maxConcurrency: 3);

        Assert.Equal((next.Id, 1), ((await Stores.Codes.FindByNameAsync(ProjectId, "gone", None))!.Id, next.Current.Rev));
        Assert.NotEqual(code.Id, next.Id);
        Assert.Equal([next.Id], (await Stores.Codes.ListAsync(ProjectId, 0, 10, None)).Select(found => found.Id));
        var archived = await Stores.Codes.FindAsync(ProjectId, code.Id, None);
        Assert.Equal((2, 0), (archived!.Current.Rev, archived.Current.MaxConcurrency));
        Assert.InRange(archived.ArchivedAt!.Value, Now - TimeSpan.FromMinutes(1), Now);
        Assert.Null(next.ArchivedAt);
        Assert.Equal(TaskPhase.Queued, (await FindAsync(task.Id)).Phase);
        Assert.Equal(task.Id, (await ClaimOneAsync(await EnrolAsync())).Task);
    }

    [StoreFact]
    public async Task One_login_a_project_and_registry_is_kept_and_the_last_wins()
    {
        var stranger = await AddProjectAsync();
        var (first, last, other) = (Bytes(40), Bytes(50), Bytes(60));

        await Stores.Logins.SaveAsync(ProjectId, new SealedLogin("a", first), Now, None);
        await Stores.Logins.SaveAsync(ProjectId, new SealedLogin("b", other), Now, None);
        await Stores.Logins.SaveAsync(stranger, new SealedLogin("a", other), Now, None);
        await Stores.Logins.SaveAsync(ProjectId, new SealedLogin("a", last), Now, None);

        var logins = await Stores.Logins.ListAsync(ProjectId, None);
        Assert.Equal(["a", "b"], logins.Select(login => login.Address));
        Assert.Equal(last, logins[0].Sealed);
        Assert.Equal("a", (await Stores.Logins.ListAsync(stranger, None)).Single().Address);
        Assert.Empty(await Stores.Logins.ListAsync(NextId(), None));
    }

    private CodeRevisionRecord Revision() => new() { Id = NextId(), Image = "busybox", CreatedAt = Now };
}

public sealed class SqliteCodeStoreTests(SqliteFixture stores) : CodeStoreContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresCodeStoreTests(PostgresFixture stores)
    : CodeStoreContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
