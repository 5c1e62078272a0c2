using Microsoft.Extensions.Logging;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Reconciliation;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Launcher.Reconciliation;

/// <summary>
/// V2: who holds the key builds each job from its own policy, and holds what a grain orders against that and against the audit. So a grain
/// that somebody else hosts gets nothing started that the policy does not have.
/// </summary>
public sealed class ProviderJobBuilderTests : IClassFixture<LauncherSiloFixture>
{
    private static readonly Dictionary<string, (Func<ProviderCommand, ProviderCommand> Change, string Reason)> Objections = new()
    {
        ["an unknown launch"] = (command => command with
        {
            LaunchId = new string('a', 24),
            Label = command.Label.Replace(command.LaunchId, new string('a', 24), StringComparison.Ordinal),
        }, "the audit has no such launch that lives"),
        ["another's credential"] = (With(launch => launch with { CredentialId = "other" }), "the audit has no such launch that lives"),
        ["another commit"] = (With(launch => launch with { CommitHash = "bad" }), "the audit has no such launch that lives"),
        ["a value that is not allowed"] = (With(launch => launch with { Parameters = Of("python", "$(reboot)") }), "python is not what the policy allows"),
        ["a parameter that there is not"] = (With(launch => launch with { Parameters = Of("python", "3", "image", "evil") }), "image is not a field here"),
        ["a machine as a parameter"] = (With(launch => launch with { Parameters = Of("python", "3", "machine_type", "huge") }), "machine_type is not a field here"),
        ["no values"] = (With(launch => launch with { Parameters = new Dictionary<string, string>() }), "a parameter is missing"),
        ["no value"] = (With(launch => launch with { Parameters = Of("python", null!) }), "nothing to be launched"),
        ["a marker that is a command"] = (With(launch => launch with { Marker = "x; reboot; echo" }), "marker"),
        ["more time than there is"] = (With(launch => launch with { RanBefore = TimeSpan.FromHours(-9) }), "no time is left"),
        ["no time"] = (With(launch => launch with { RanBefore = TimeSpan.FromMinutes(40) }), "no time is left"),
        ["a third attempt"] = (command => command with { Attempt = 3, Label = command.Label.Replace(":a1", ":a3", StringComparison.Ordinal) }, "attempt"),
        ["a label of somebody else"] = (command => command with { Label = $"theirs:{command.LaunchId}:a1" }, "label"),
        ["a label with more in it"] = (command => command with { Label = command.Label.Replace("hybrid:", "hybrid:\",\"x\":\"", StringComparison.Ordinal) }, "label"),
        ["nothing at all"] = (command => command with { Launch = null }, "nothing to be launched"),
    };

    private readonly LauncherSiloFixture _silo;
    private readonly string _account;
    private readonly FakeLaunchProvider _provider = new();
    private readonly StubLauncherGrain _grain = new();
    private readonly CapturedLogs _logs = new();
    private readonly LaunchReconcileLoop _loop;

    public ProviderJobBuilderTests(LauncherSiloFixture silo)
    {
        silo.ResetPolicy();
        (_silo, _account) = (silo, silo.NewAccount());
        _loop = silo.NewReconcileLoop(_account, _provider, _grain.Grains, new Logger<ProviderCommandExecutor>(new LoggerFactory([_logs])));
    }

    public static TheoryData<string> Names => [.. Objections.Keys];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Names))]
    public async Task A_command_that_the_policy_or_the_audit_does_not_have_is_not_sent_and_the_reason_reported(string name)
    {
        var (change, reason) = Objections[name];
        _grain.Commands.Add(change(await AcceptedAsync(1)));

        await _loop.RunOnceAsync(default);

        Assert.Empty(_provider.Jobs);
        var report = Assert.Single(_grain.Reports);
        Assert.Equal((ProviderErrorKind.Forbidden, reason), (report.Error, report.Reason));
        Assert.Contains(_logs.All, line => line.Contains("not submitted", StringComparison.Ordinal) && line.Contains(reason, StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_launch_that_the_audit_has_is_built_from_the_own_policy_alone_and_sent_once_however_often_it_is_commanded()
    {
        var command = await AcceptedAsync(1);
        _grain.Commands.Add(command);

        await _loop.RunOnceAsync(default);
        await _loop.RunOnceAsync(default);

        var (job, terms) = (Assert.Single(_provider.Jobs).Job, _silo.Policy.Now.Profile);
        Assert.Equal((terms.Image, terms.MachineType, terms.Nodes, terms.Limit), (job.Image, job.MachineType, job.Nodes, job.Limit));
        Assert.Equal(_silo.Policy.Now.Script.Fill(command.Launch!.CommitHash, command.Launch.Parameters, command.Launch.Marker), job.Script);
        Assert.Equal([100L, 100L], _grain.Reports.Where(report => report.Action == ProviderAction.Submit).Select(report => report.Jobs[0].Number));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_second_attempt_has_what_the_first_has_left_of_the_time()
    {
        var command = await AcceptedAsync(1);
        _grain.Commands.Add(With(launch => launch with { RanBefore = TimeSpan.FromMinutes(15) })(
            command with { Attempt = 2, Label = command.Label.Replace(":a1", ":a2", StringComparison.Ordinal) }));

        await _loop.RunOnceAsync(default);

        Assert.Equal(TimeSpan.FromMinutes(25), Assert.Single(_provider.Jobs).Job.Limit);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_launch_that_has_ended_is_not_sent_again()
    {
        var command = await AcceptedAsync(1);
        await _silo.Launcher(_account).ReportResults([new ProviderResult
        {
            Action = ProviderAction.Submit, LaunchId = command.LaunchId, Attempt = 1, Error = ProviderErrorKind.Refused,
        }]);
        _grain.Commands.Add(command);

        await _loop.RunOnceAsync(default);

        Assert.Equal((0, ProviderErrorKind.Forbidden), (_provider.Jobs.Count, Assert.Single(_grain.Reports).Error));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(1, null, null)]
    [InlineData(9, 1, null)]
    [InlineData(9, null, 1)]
    public async Task Caps_are_counted_again_and_what_is_above_them_waits(int account, int? machine, int? credential)
    {
        _grain.Commands.AddRange([await AcceptedAsync(1), await AcceptedAsync(2)]);
        _silo.Policy.Change(terms => terms with { Caps = new LaunchQuota(account, machine, credential) });

        await _loop.RunOnceAsync(default);

        Assert.Equal("000001", Assert.Single(_provider.Jobs).CommitHash);
        Assert.Equal([null, ProviderErrorKind.Busy], _grain.Reports.Select(report => report.Error));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(1.5, null, null, null)]
    [InlineData(null, 1.5, null, null)]
    [InlineData(null, null, 1.5, null)]
    [InlineData(null, null, null, 1.5)]
    public async Task A_budget_is_counted_again_at_the_own_price(double? day, double? month, double? credentialDay, double? credentialMonth)
    {
        _grain.Commands.AddRange([await AcceptedAsync(1), await AcceptedAsync(2)]);
        _silo.Policy.Change(terms => terms with
        {
            Budget = new LaunchBudget((decimal?)day, (decimal?)month, (decimal?)credentialDay, (decimal?)credentialMonth),
        });

        await _loop.RunOnceAsync(default);

        Assert.Equal("000001", Assert.Single(_provider.Jobs).CommitHash);
        Assert.Equal("budget", Assert.Single(_grain.Reports, report => report.Error == ProviderErrorKind.Forbidden).Reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_credential_that_was_taken_out_and_a_launcher_that_was_switched_off_send_nothing()
    {
        _grain.Commands.Add(await AcceptedAsync(1));
        _silo.Policy.Change(terms => terms with { Enabled = false });
        await _loop.RunOnceAsync(default);

        _silo.Policy.Change(terms => terms with { Enabled = true });
        _silo.Policy.Now = _silo.Policy.Now with { Credentials = [.. _silo.Policy.Now.Credentials.Where(one => one.Id != "ci")] };
        await _loop.RunOnceAsync(default);

        Assert.Empty(_provider.Jobs);
        Assert.Equal(["launching is switched off", "credential"], _grain.Reports.Select(report => report.Reason));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_rejection_by_the_key_holder_ends_the_launch_and_is_audited()
    {
        var launch = (await _silo.Launcher(_account).Launch(TestLaunchRequests.For(1))).Launch!;
        _silo.Policy.Now = _silo.Policy.Now with { StrictHash = true };

        await _silo.NewReconcileLoop(_account, _provider).RunOnceAsync(default);

        Assert.Equal(LaunchVerdict.Trouble, (await _silo.Launcher(_account).Find(launch.Id))!.Verdict);
        var audit = await _silo.Store.ReadAuditAsync(_account, 0, 10, default);
        Assert.Equal([AuditEvent.Accepted, AuditEvent.Refused, AuditEvent.Ended], audit.Select(record => record.Event));
        Assert.Equal((launch.Id, "not in the key holder's policy: h 40 or 64 digits of 0-9 and a-f"), (audit[1].LaunchId, audit[1].Reason));
        Assert.Null(AuditChain.FindFirstBroken(audit));
    }

    private static Func<ProviderCommand, ProviderCommand> With(Func<LaunchInputs, LaunchInputs> change) =>
        command => command with { Launch = change(command.Launch!) };

    private static Dictionary<string, string> Of(params string[] pairs) =>
        pairs.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);

    // What the real grain hands out for a launch that it has accepted.
    private async Task<ProviderCommand> AcceptedAsync(int commit)
    {
        await _silo.Launcher(_account).Launch(TestLaunchRequests.For(commit));
        return (await _silo.Launcher(_account).TakeCommands(foreignJobsCount: false)).Commands.Single(command => command.Action == ProviderAction.Submit);
    }
}
