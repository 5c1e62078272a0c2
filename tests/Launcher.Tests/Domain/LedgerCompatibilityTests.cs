using System.Text.Json;
using OrleansHybrid.Launcher.Domain;
using static OrleansHybrid.Launcher.Tests.Domain.LaunchExamples;

namespace OrleansHybrid.Launcher.Tests.Domain;

/// <summary>V2: a ledger that was written when requests still held their script is read, and goes on.</summary>
public sealed class LedgerCompatibilityTests
{
    private const string Old = """
        {"Live":[{"Id":"000000000000000000000001","Identity":"f00d","Request":{"CredentialId":"ci","CommitHash":"0f3c9d",
        "Parameters":{"python":"3.14"},"IdempotencyKey":null,"Force":false,"Script":"#!/bin/sh\nreboot\n",
        "Marker":"00112233445566778899aabbccddeeff","PolicyVersion":"v1","Terms":{"Image":"t1","MachineType":"ngd3","Nodes":1,
        "Limit":"00:40:00","LongestQueue":"01:00:00","Grace":"00:01:00","PricePerHour":1.5,"ResultValid":"00:00:00",
        "Caps":{"Account":3,"MachineType":null,"Credential":null,"ForeignJobs":false},
        "Budget":{"Day":null,"Month":null,"CredentialDay":null,"CredentialMonth":null},"Enabled":true},"Nonce":null,
        "Origin":{"Address":"192.0.2.1","Peer":"192.0.2.1","Operator":null}},"CreatedAt":"2026-03-30T22:00:00+00:00",
        "Reserved":1.00,"AuditSequence":1,"Attempt":1,"Standing":0,"Since":"2026-03-30T22:00:00+00:00","JobNumber":null,
        "StartedAt":null,"RanBefore":"00:00:00","MissingSince":null,"Stop":null,"StopAt":null,
        "NotBefore":"2026-03-30T22:00:00+00:00","Unread":0,"LabelPrefix":"hybrid:00000001:","Label":"hybrid:00000001:000000000000000000000001:a1"}],
        "Ended":[],"Recent":[],"OwnPrefix":"hybrid:00000001:","Spent":[],"Nonces":[],"Orphans":[],
        "Audit":{"Sequence":1,"Hash":"0000000000000000000000000000000000000000000000000000000000000001"},"Outbox":[],
        "Swept":"2026-03-30T22:00:00+00:00","BlindSince":null,"Sighted":"2026-03-30T22:00:00+00:00","ForeignJobs":0}
        """;

    [Fact]
    public void It_is_read_and_its_launch_is_handed_out_without_the_script()
    {
        var ledger = JsonSerializer.Deserialize<LaunchLedger>(Old)!;

        var command = Assert.Single(LaunchStateMachine.TakeCommands(ledger, Start).Batch.Commands);

        Assert.Equal((ProviderAction.Submit, "hybrid:00000001:000000000000000000000001:a1"), (command.Action, command.Label));
        Assert.Equal(("ci", "0f3c9d", "3.14", 1L), (command.Launch!.CredentialId, command.Launch.CommitHash, command.Launch.Parameters["python"], command.Launch.AuditSequence));
        Assert.DoesNotContain("reboot", JsonSerializer.Serialize(ledger), StringComparison.Ordinal);
    }
}
