using System.Text;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

public abstract class LogStoreContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task Pieces_that_continue_the_log_are_read_back_byte_for_byte()
    {
        var lease = await LeaseAsync();
        var text = Bytes(600);

        Assert.Equal(LogAppendResult.Accepted, await AppendAsync(lease, 0, text[..100]));
        var rest = await Stores.Logs.AppendAsync(
            [new LogAppend(lease, 100, text.AsMemory(100..350)), new LogAppend(lease, 350, text.AsMemory(350..))], None);

        Assert.All(rest, answer => Assert.Equal(LogAppendResult.Accepted, answer));
        Assert.Equal(text, await ReadAsync(lease));
        Assert.Equal(text[99..], await ReadAsync(lease, offset: 99));
        Assert.Equal(text[350..], await ReadAsync(lease, offset: 350));
        Assert.Empty(await ReadAsync(lease, offset: 600));
        Assert.Empty(await ReadAsync(lease, offset: 5000));
        Assert.Equal(600, (await FindAsync(lease.Task)).LogSize);
    }

    [StoreFact]
    public async Task A_repeated_piece_is_accepted_and_stored_once()
    {
        var lease = await LeaseAsync();
        await AppendAsync(lease, 0, [1, 2, 3]);

        Assert.Equal(LogAppendResult.Accepted, await AppendAsync(lease, 0, [1, 2, 3]));
        Assert.Equal(LogAppendResult.Accepted, await AppendAsync(lease, 1, [2]));
        var copies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => AppendAsync(lease, 3, [4, 5])));

        Assert.All(copies, answer => Assert.Equal(LogAppendResult.Accepted, answer));
        Assert.Equal([1, 2, 3, 4, 5], await ReadAsync(lease));
        Assert.Equal(2, await CountRowsAsync("log_chunks", lease.Task));
    }

    [StoreFact]
    public async Task I8_a_piece_that_leaves_a_gap_or_tears_into_what_is_there_is_not_stored()
    {
        var lease = await LeaseAsync();
        await AppendAsync(lease, 0, [1, 2, 3]);

        Assert.Equal(LogAppendResult.Full, await AppendAsync(lease, 4, [5]));
        Assert.Equal(LogAppendResult.Full, await AppendAsync(lease, 2, [9, 9]));

        Assert.Equal([1, 2, 3], await ReadAsync(lease));
    }

    [StoreFact]
    public async Task A_log_grows_to_its_cap_and_no_further()
    {
        var lease = await LeaseAsync();

        Assert.Equal(LogAppendResult.Accepted, await AppendAsync(lease, 0, Bytes(900)));
        Assert.Equal(LogAppendResult.Full, await AppendAsync(lease, 900, Bytes(101)));
        Assert.Equal(LogAppendResult.Accepted, await AppendAsync(lease, 900, Bytes(100)));
        Assert.Equal(LogAppendResult.Full, await AppendAsync(lease, 1000, [1]));

        Assert.Equal(1000, (await ReadAsync(lease)).Length);
    }

    [StoreFact]
    public async Task I5_pieces_of_an_old_attempt_token_or_session_are_stale_and_attempts_never_mix()
    {
        await QueueAsync(Spec());
        var session = await EnrolAsync();
        var old = await ClaimOneAsync(session);
        await AppendAsync(old, 0, [1, 2]);
        await Tasks.ReleaseAsync([old], None);
        var now = await ClaimOneAsync(session);

        Assert.Equal(LogAppendResult.Stale, await AppendAsync(old, 2, [3]));
        Assert.Equal(LogAppendResult.Stale, await AppendAsync(now with { Token = old.Token }, 0, [3]));
        Assert.Equal(LogAppendResult.Stale, await AppendAsync(now with { SessionId = await EnrolAsync() }, 0, [3]));
        Assert.Equal(LogAppendResult.Accepted, await AppendAsync(now, 0, [7]));

        Assert.Equal([1, 2], await ReadAsync(old));
        Assert.Equal([7], await ReadAsync(now));
        Assert.Equal(1, (await FindAsync(now.Task)).LogSize);
    }

    [StoreFact]
    public async Task A_log_is_taken_until_the_runner_is_done_also_after_a_cancel_and_its_size_stays()
    {
        var lease = await LeaseAsync();
        await AppendAsync(lease, 0, [1]);
        await CancelAsync(lease.Task);

        Assert.Equal(LogAppendResult.Accepted, await AppendAsync(lease, 1, [2, 3]));
        await FinishAsync(lease);
        Assert.Equal(LogAppendResult.Stale, await AppendAsync(lease, 3, [4]));

        Assert.Equal([1, 2, 3], await ReadAsync(lease));
        var listed = await Tasks.ListAsync(new TaskFilter { ProjectId = ProjectId }, 0, 1, None);
        Assert.Equal(3, listed.Single().State.LogSize);
    }

    [StoreFact]
    public async Task Logs_of_many_tasks_at_the_same_time_stay_apart()
    {
        await QueueAsync([.. Enumerable.Repeat(Spec(), 20)]);
        var leases = (await ClaimAsync(await EnrolAsync(), 20)).Select(claimed => claimed.Fence).ToArray();

        for (var piece = 0; piece < 3; piece++)
        {
            var answers = await Task.WhenAll(leases.Select((lease, i) => AppendAsync(lease, piece * 2, [(byte)i, (byte)piece])));
            Assert.All(answers, answer => Assert.Equal(LogAppendResult.Accepted, answer));
        }

        foreach (var (i, lease) in leases.Index())
        {
            Assert.Equal([(byte)i, 0, (byte)i, 1, (byte)i, 2], await ReadAsync(lease));
        }
    }

    [StoreFact]
    public async Task X7_standard_output_is_read_back_alone_also_across_chunks_and_from_within_one()
    {
        var lease = await LeaseAsync();
        await AppendAsync(lease, 0, "out"u8.ToArray());
        await AppendAsync(lease, 3, "ERRoutE"u8.ToArray(), runs: [0, 3, 3, 1]);
        await AppendAsync(lease, 10, "RRRR"u8.ToArray(), runs: [0, 4]);
        await AppendAsync(lease, 14, "outERR"u8.ToArray(), runs: [3, 3]);

        Assert.Equal("outERRoutERRRRoutERR", Encoding.UTF8.GetString(await ReadAsync(lease)));
        Assert.Equal(("outoutout", 20), await OutputAsync(lease, 0));
        Assert.Equal(("utout", 20), await OutputAsync(lease, 7));
        Assert.Equal(("out", 20), await OutputAsync(lease, 10));
        Assert.Equal(("", 20), await OutputAsync(lease, 20));
        Assert.Equal(("", 99), await OutputAsync(lease, 99));
    }

    [StoreFact]
    public async Task Pieces_with_and_without_streams_that_come_together_keep_what_is_theirs()
    {
        await QueueAsync([.. Enumerable.Repeat(Spec(), 12)]);
        var leases = (await ClaimAsync(await EnrolAsync(), 12)).Select(claimed => claimed.Fence).ToArray();

        await Stores.Logs.AppendAsync(
            [.. leases.Select((lease, i) => new LogAppend(lease, 0, "outERR"u8.ToArray(), i % 2 == 0 ? [3, 3] : null))], None);

        foreach (var (i, lease) in leases.Index())
        {
            Assert.Equal((i % 2 == 0 ? "out" : "outERR", 6), await OutputAsync(lease, 0));
        }
    }

    private async Task<LeaseFence> LeaseAsync()
    {
        await QueueAsync(Spec());
        return await ClaimOneAsync(await EnrolAsync());
    }

    private async Task<LogAppendResult> AppendAsync(LeaseFence lease, long offset, byte[] data, int[]? runs = null) =>
        (await Stores.Logs.AppendAsync([new LogAppend(lease, offset, data, runs)], None)).Single();

    private async Task<(string Text, long End)> OutputAsync(LeaseFence lease, long offset)
    {
        var output = await Stores.Logs.ReadOutputAsync(lease.Task, lease.Attempt, offset, None);
        return (Encoding.UTF8.GetString(output.Data), output.End);
    }

    private Task<byte[]> ReadAsync(LeaseFence lease, long offset = 0) =>
        Stores.Logs.ReadAsync(lease.Task, lease.Attempt, offset, None);
}

public sealed class SqliteLogStoreTests(SqliteFixture stores) : LogStoreContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresLogStoreTests(PostgresFixture stores)
    : LogStoreContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
