using System.Data.Common;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

/// <summary>Launches that have ended, and their audit.</summary>
public abstract class LaunchStoreContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task A_launch_that_has_ended_is_kept_as_it_was_and_by_its_account()
    {
        var (account, long_, short_) = (NextId(), Ended(), Ended() with { ExitCode = null, JobNumber = null, StartedAt = null });

        await Stores.Launches.AddAsync(account, [long_, short_], None);
        await Stores.Launches.AddAsync(account, [long_ with { Verdict = LaunchVerdict.Trouble }], None);

        Assert.Equal(long_, await Stores.Launches.FindAsync(account, long_.Id, None));
        Assert.Equal(short_, await Stores.Launches.FindAsync(account, short_.Id, None));
        Assert.Null(await Stores.Launches.FindAsync(NextId(), long_.Id, None));
    }

    [StoreFact]
    public async Task Launches_are_listed_page_by_page_the_newest_first()
    {
        var account = NextId();
        var all = Enumerable.Range(0, 5).Select(_ => Ended()).ToList();
        await Stores.Launches.AddAsync(account, all, None);
        all.Reverse();

        var first = await Stores.Launches.ListAsync(account, null, 3, None);
        var second = await Stores.Launches.ListAsync(account, first[^1].Id, 3, None);

        Assert.Equal(all, first.Concat(second));
        Assert.Empty(await Stores.Launches.ListAsync(account, all[^1].Id, 3, None));
    }

    [StoreFact]
    public async Task An_audit_comes_back_as_it_was_written_and_is_sound()
    {
        var (account, records) = (NextId(), Records());
        Assert.Empty(await Stores.Launches.ReadAuditAsync(account, 0, 100, None));

        Assert.Equal(3, await Stores.Launches.AppendAuditAsync(account, records[..3], None));
        Assert.Equal(records.Count, await Stores.Launches.AppendAuditAsync(account, records, None));

        var kept = await Stores.Launches.ReadAuditAsync(account, 0, 100, None);
        Assert.Equal(records, kept);
        Assert.Null(AuditChain.FindFirstBroken(kept));
        Assert.Equal(records[2..4], await Stores.Launches.ReadAuditAsync(account, 2, 2, None));
    }

    [StoreFact]
    public async Task Another_record_of_a_number_that_is_taken_is_not_written_and_nothing_after_it()
    {
        var (account, records, others) = (NextId(), Records("one"), Records("other"));
        await Stores.Launches.AppendAuditAsync(account, records[..2], None);

        Assert.Equal(0, await Stores.Launches.AppendAuditAsync(account, others, None));
        Assert.Equal(1, await Stores.Launches.AppendAuditAsync(account, [records[0], others[1], records[2]], None));
        Assert.Equal(records[..2], await Stores.Launches.ReadAuditAsync(account, 0, 100, None));
    }

    [StoreFact]
    public async Task Records_can_be_neither_changed_nor_removed_and_where_somebody_does_it_all_the_same_it_shows()
    {
        var (account, records) = (NextId(), Records());
        await Stores.Launches.AppendAuditAsync(account, records, None);
        var edit = $"UPDATE launch_audit SET cost = 1 WHERE sequence = 2 AND account = '{account}'";
        var removal = $"DELETE FROM launch_audit WHERE sequence = 4 AND account = '{account}'";

        await Assert.ThrowsAnyAsync<DbException>(() => Stores.ExecuteAsync(edit));
        await Assert.ThrowsAnyAsync<DbException>(() => Stores.ExecuteAsync(removal));
        Assert.Null(AuditChain.FindFirstBroken(await Stores.Launches.ReadAuditAsync(account, 0, 100, None)));

        await UnlockAsync();
        await Stores.ExecuteAsync(removal);
        Assert.Equal(4, AuditChain.FindFirstBroken(await Stores.Launches.ReadAuditAsync(account, 0, 100, None)));
        await Stores.ExecuteAsync(edit);
        Assert.Equal(2, AuditChain.FindFirstBroken(await Stores.Launches.ReadAuditAsync(account, 0, 100, None)));
    }

    [StoreFact]
    public async Task The_clock_of_launches_is_that_of_the_database_and_loses_nothing_when_stored()
    {
        var now = await Stores.Launches.NowAsync(None);

        Assert.InRange(now, Now - TimeSpan.FromMinutes(1), Now + TimeSpan.FromMinutes(1));
        Assert.Equal(now, DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()));
    }

    /// <summary>Takes away what keeps the audit's rows from being changed.</summary>
    protected abstract Task UnlockAsync();

    private LaunchSnapshot Ended() => new()
    {
        Id = NextId(),
        CredentialId = "ci",
        CommitHash = "0f3c9d",
        Phase = LaunchPhase.Ended,
        Verdict = LaunchVerdict.Failed,
        ExitCode = 3,
        Attempt = 2,
        JobNumber = 1L << 40,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_001),
        StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_002),
        EndedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_003),
        Deadline = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_004),
        Cost = 12.34m,
    };

    // One of each shape, with text that neither a line nor a database takes as it is.
    private static List<AuditRecord> Records(string reason = "CapReached")
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_001);
        var origin = new CallerAddress("192.0.2.1", "2001:db8::1");
        var calls = new RejectedCalls(origin, "a\r\nb\0c\ud800", $"{reason} \u00e9\u4e2d", 9, at, at);
        var ledger = LaunchStateMachine.RecordRejectedCalls(LaunchLedger.Empty, [calls, calls, calls, calls], at);
        var whole = new AuditRecord
        {
            Sequence = 0,
            At = at,
            Event = AuditEvent.Ended,
            LaunchId = "0123456789abcdef01234567",
            JobNumber = 77,
            MachineType = "ngd3",
            Deadline = at.AddHours(1),
            Cost = 1.5m,
            PolicyVersion = "v1",
            KeyGeneration = "k1",
        };
        return [.. ledger.Outbox, AuditChain.Link(ledger.Audit, whole)];
    }
}

public sealed class SqliteLaunchStoreTests(SqliteFixture stores) : LaunchStoreContractTests(stores), IClassFixture<SqliteFixture>
{
    protected override async Task UnlockAsync()
    {
        await Stores.ExecuteAsync("DROP TRIGGER IF EXISTS launch_audit_is_not_changed");
        await Stores.ExecuteAsync("DROP TRIGGER IF EXISTS launch_audit_is_not_shortened");
    }
}

public sealed class PostgresLaunchStoreTests(PostgresFixture stores)
    : LaunchStoreContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres
{
    protected override Task UnlockAsync() => Stores.ExecuteAsync("DROP TRIGGER IF EXISTS launch_audit_stays ON launch_audit");
}
