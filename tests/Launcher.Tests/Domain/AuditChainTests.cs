using OrleansHybrid.Launcher.Domain;
using static OrleansHybrid.Launcher.Tests.Domain.LaunchExamples;

namespace OrleansHybrid.Launcher.Tests.Domain;

public sealed class AuditChainTests
{
    private readonly IReadOnlyList<AuditRecord> _sound = Ledger().Outbox;

    [Fact]
    public void A_chain_that_nobody_touched_is_sound() => Assert.Null(AuditChain.FindFirstBroken(_sound));

    [Fact]
    public void Any_change_to_a_record_breaks_the_chain()
    {
        Func<AuditRecord, AuditRecord>[] changes =
        [
            record => record with { At = record.At.AddMilliseconds(1) }, record => record with { Event = AuditEvent.Orphan },
            record => record with { Reason = "other" }, record => record with { Count = 9 }, record => record with { CredentialId = "x" },
            record => record with { Address = "x" }, record => record with { Peer = "x" }, record => record with { CommitHash = "x" },
            record => record with { LaunchId = "x" }, record => record with { JobNumber = 9 }, record => record with { MachineType = "x" },
            record => record with { Deadline = Start.AddDays(9) }, record => record with { Cost = 9 }, record => record with { PolicyVersion = "x" },
            record => record with { KeyGeneration = "x" }, record => record with { Previous = new string('1', 64) },
            record => record with { Hash = new string('1', 64) },
        ];

        for (var at = 0; at < _sound.Count; at++)
        {
            Assert.All(changes, change => Assert.Equal(
                at + 1, AuditChain.FindFirstBroken(_sound.Select((record, index) => index == at ? change(record) : record))));
        }
    }

    [Fact]
    public void A_record_that_was_removed_or_moved_shows()
    {
        for (var at = 0; at < _sound.Count - 1; at++)
        {
            Assert.Equal(at + 1, AuditChain.FindFirstBroken(_sound.Where((_, index) => index != at)));
        }

        Assert.Equal(1, AuditChain.FindFirstBroken(_sound.Reverse()));
    }

    [Fact]
    public void A_part_of_a_chain_follows_on_the_record_before_it_and_no_other()
    {
        var (before, rest) = (new AuditHead(_sound[1].Sequence, _sound[1].Hash), _sound.Skip(2).ToList());

        Assert.Null(AuditChain.FindFirstBroken(before, rest));
        Assert.Equal(3, AuditChain.FindFirstBroken(before with { Hash = _sound[0].Hash }, rest));
        Assert.Equal(3, AuditChain.FindFirstBroken(before, rest.Skip(1)));
    }

    [Fact]
    public void Text_of_callers_stays_on_one_line_and_within_bounds()
    {
        var calls = new RejectedCalls(
            new CallerAddress("192.0.2.9", "192.0.2.9"), "ci\r\n2026 accepted\u001b[2J\u2028\ud800", new string('x', 1000), 7, Start, Start);

        var record = Assert.Single(LaunchStateMachine.RecordRejectedCalls(LaunchLedger.Empty, [calls], Start).Outbox);

        Assert.Equal("ci??2026 accepted?[2J?\ufffd", record.CredentialId);
        Assert.Equal((200, 7), (record.Reason.Length, record.Count));
    }

    private static LaunchLedger Ledger()
    {
        var ledger = LaunchLedger.Empty;
        for (var commit = 0; commit < 5; commit++)
        {
            ledger = LaunchStateMachine.Launch(ledger, For(commit), Id(commit + 1), Start).Ledger;
        }

        return LaunchStateMachine.Cancel(ledger, Id(1), "ci", FirstRequest.Origin, Start).Ledger;
    }
}
