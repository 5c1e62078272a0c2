using OrleansHybrid.Launcher.Domain;
using static OrleansHybrid.Launcher.Tests.Domain.LaunchExamples;

namespace OrleansHybrid.Launcher.Tests.Domain;

/// <summary>
/// Every standing × every input has a declared answer: the standing after it, or the verdict of its end. <c>!</c> is a
/// launch that was ordered to stop, <c>missing</c> one of which a first search found nothing, <c>again</c> a second try.
/// <c>-</c> changes nothing at all.
/// </summary>
public sealed class LaunchTransitionTableTests
{
    private const long Number = 7;

    private static readonly DateTimeOffset Now = Start.AddMinutes(10);

    private static readonly Dictionary<string, ProviderJobState> Standings = new()
    {
        ["intended"] = ProviderJobState.Intended,
        ["submitting"] = ProviderJobState.Submitting,
        ["unknown"] = ProviderJobState.Unknown,
        ["missing"] = ProviderJobState.Unknown,
        ["queued"] = ProviderJobState.Queued,
        ["running"] = ProviderJobState.Running,
    };

    private static readonly Dictionary<string, Func<LaunchLedger, LaunchLedger>> Inputs = new()
    {
        ["take orders"] = ledger => LaunchStateMachine.TakeCommands(ledger, Now).Ledger,
        ["submitted"] = Reported(ProviderAction.Submit, ReportedJobState.Queued),
        ["submit: busy"] = Reported(ProviderAction.Submit, ProviderErrorKind.Busy),
        ["submit: refused"] = Reported(ProviderAction.Submit, ProviderErrorKind.Refused),
        ["submit: forbidden"] = Reported(ProviderAction.Submit, ProviderErrorKind.Forbidden),
        ["submit: no reply"] = Reported(ProviderAction.Submit, ProviderErrorKind.Unreachable),
        ["found"] = Reported(ProviderAction.FindByLabel, ReportedJobState.Running),
        ["not found"] = ledger => LaunchStateMachine.ApplyResult(ledger, Report(ProviderAction.FindByLabel), Now),
        ["not found later"] = ledger => LaunchStateMachine.ApplyResult(ledger, Report(ProviderAction.FindByLabel), Now + LaunchStateMachine.SettleTime),
        ["search: failed"] = Reported(ProviderAction.FindByLabel, ProviderErrorKind.Failed),
        ["waits"] = Reported(ProviderAction.Poll, ReportedJobState.Queued),
        ["runs"] = Reported(ProviderAction.Poll, ReportedJobState.Running),
        ["over, passed"] = Reported(ProviderAction.Poll, ReportedJobState.Completed, "hybrid-verdict marker 0f3c9d 0"),
        ["over, failed"] = Reported(ProviderAction.Poll, ReportedJobState.Failed, "hybrid-verdict marker 0f3c9d 1"),
        ["over, silent"] = Reported(ProviderAction.Poll, ReportedJobState.Completed, ""),
        ["over, unread"] = Reported(ProviderAction.Poll, ReportedJobState.Completed),
        ["look: failed"] = Reported(ProviderAction.Poll, ProviderErrorKind.Failed),
        ["cancel"] = ledger => LaunchStateMachine.Cancel(ledger, Id(1), "ci", FirstRequest.Origin, Now).Ledger,
        ["cancel: other's"] = ledger => LaunchStateMachine.Cancel(ledger, Id(1), "other", FirstRequest.Origin, Now).Ledger,
        ["withdraw"] = ledger => LaunchStateMachine.Withdraw(ledger, Id(1), Now),
    };

    private const string Table = """
        input             | intended   submitting  unknown missing  queued  running  intended! submitting! unknown! missing!  queued!   running!
        take orders       | submitting unknown     unknown missing  queued  running  cancelled unknown!    unknown! missing!  queued!   running!
        submitted         | queued     queued      queued  queued   -       -        queued!   queued!     queued!  queued!   -         -
        submit: busy      | -          intended    unknown unknown  -       -        -         intended!   unknown! unknown!  -         -
        submit: refused   | -          trouble     unknown unknown  -       -        -         cancelled   unknown! unknown!  -         -
        submit: forbidden | -          trouble     unknown unknown  -       -        -         cancelled   unknown! unknown!  -         -
        submit: no reply  | -          unknown     unknown unknown  -       -        -         unknown!    unknown! unknown!  -         -
        found             | -          -           queued  queued   -       -        -         -           queued!  queued!   -         -
        not found         | -          -           missing -        -       -        -         -           missing! -         -         -
        not found later   | -          -           missing intended -       -        -         -           missing! intended! -         -
        search: failed    | -          -           -       -        -       -        -         -           -        -         -         -
        waits             | -          -           -       -        -       -        -         -           -        -         -         -
        runs              | -          -           -       -        running -        -         -           -        -         running!  -
        over, passed      | -          -           -       -        passed  passed   -         -           -        -         passed    passed
        over, failed      | -          -           -       -        failed  failed   -         -           -        -         cancelled cancelled
        over, silent      | -          -           -       -        again   again    -         -           -        -         cancelled cancelled
        over, unread      | -          -           -       -        queued  running  -         -           -        -         queued!   running!
        look: failed      | -          -           -       -        -       -        -         -           -        -         -         -
        cancel            | cancelled  submitting! unknown! missing! queued! running! -         -           -        -         -         -
        cancel: other's   | -          -           -       -        -       -        -         -           -        -         -         -
        withdraw          | gone       -           -       -        -       -        gone      -           -        -         -         -
        """;

    private const string Orders = """
        intended submitting  unknown     missing     queued running intended! submitting! unknown!    missing!    queued!   running!
        Submit   FindByLabel FindByLabel FindByLabel Poll   Poll    none      FindByLabel FindByLabel FindByLabel Terminate Shutdown
        """;

    public static TheoryData<string, string, string> Cells()
    {
        var cells = new TheoryData<string, string, string>();
        var rows = Table.Split('\n').Select(row => row.Split('|', StringSplitOptions.TrimEntries)).ToArray();
        foreach (var row in rows.Skip(1))
        {
            foreach (var (situation, answer) in Words(rows[0][1]).Zip(Words(row[1])))
            {
                cells.Add(situation, row[0], answer);
            }
        }

        return cells;
    }

    [Fact]
    public void Every_state_meets_every_input() => Assert.Equal(Standings.Count * 2 * Inputs.Count, Cells().Count);

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_state_answers_an_input_as_the_table_says(string situation, string input, string answer)
    {
        var before = In(situation);

        var after = Inputs[input](before);

        Assert.Equal(answer, after.Live is [{ } live] && live == before.Live[0] ? "-" : Situation(after));
        Assert.True(answer != "-" || after.Audit == before.Audit, "nothing has changed, and the audit tells of it");
    }

    [Fact]
    public void Every_state_has_one_command_or_its_end()
    {
        var rows = Orders.Split('\n').Select(Words).ToArray();

        Assert.Equal(Standings.Count * 2, rows[0].Length);
        Assert.All(rows[0].Zip(rows[1]), pair =>
        {
            var commands = LaunchStateMachine.TakeCommands(In(pair.First), Now).Batch.Commands;
            Assert.Equal(pair.Second, commands.Count == 0 ? "none" : Assert.Single(commands).Action.ToString());
        });
    }

    private static string[] Words(string row) => row.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static LaunchLedger In(string situation)
    {
        var (ledger, _) = LaunchStateMachine.Launch(LaunchLedger.Empty with { Swept = Now }, FirstRequest, Id(1), Start);
        var (name, stops) = (situation.TrimEnd('!'), situation.EndsWith('!'));
        var standing = Standings[name];
        var live = ledger.Live[0] with
        {
            Standing = standing,
            JobNumber = standing is ProviderJobState.Queued or ProviderJobState.Running ? Number : null,
            StartedAt = standing == ProviderJobState.Running ? Now.AddMinutes(-1) : null,
            MissingSince = name == "missing" ? Now : null,
            Stop = stops ? StopReason.Cancelled : null,
            StopAt = stops ? Now : null,
        };
        return LaunchStateMachine.MarkWritten(ledger with { Live = [live] }, ledger.Audit.Sequence, []);
    }

    private static string Situation(LaunchLedger ledger)
    {
        if (ledger.Live is not [{ } live])
        {
            return ledger.Ended is [{ } ended] ? $"{ended.Verdict}".ToLowerInvariant() : "gone";
        }

        var name = live.Attempt > 1 ? "again" : live.MissingSince is not null ? "missing" : $"{live.Standing}".ToLowerInvariant();
        return live.Stop is null ? name : $"{name}!";
    }

    private static Func<LaunchLedger, LaunchLedger> Reported(ProviderAction act, ReportedJobState state, string? lastWords = null) => ledger =>
        LaunchStateMachine.ApplyResult(
            ledger,
            Report(act) with
            {
                Jobs = [new JobRecord { Number = Number, State = state, Label = ledger.Live[0].Label, StartedAt = Now.AddMinutes(-1) }],
                OutputTail = lastWords,
            },
            Now);

    private static Func<LaunchLedger, LaunchLedger> Reported(ProviderAction act, ProviderErrorKind trouble) => ledger =>
        LaunchStateMachine.ApplyResult(ledger, Report(act) with { Error = trouble }, Now);

    private static ProviderResult Report(ProviderAction act) => new() { Action = act, LaunchId = Id(1), Attempt = 1 };
}
