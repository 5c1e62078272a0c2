using System.Net;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Silo.Api.Launcher;

namespace OrleansHybrid.Silo.Commands;

/// <summary>One thing that was shown: whether it went as it should, and what was seen.</summary>
internal sealed record DryRunStep(string Name, bool Passed, string Text);

/// <summary>The steps of a launcher, as its callers and its operator see them.</summary>
internal sealed class DryRunSteps(IServiceProvider services, DryRunPolicy policy, SecretLeakCounter leaks) : IDisposable
{
    private const string Commit = "0f3c9d";
    private const string Account = "nimbix";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(2);

    private readonly LauncherTestClient _client = new(services.GetRequiredService<LauncherHttpServer>().Address);
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();

    /// <summary>A wrong secret learns nothing.</summary>
    public async Task<DryRunStep> WrongSecretAsync()
    {
        var answer = await _client.LaunchAsync(Commit, new string('0', policy.Secret.Length));
        return new DryRunStep("wrong secret", answer.Status == HttpStatusCode.Forbidden, $"{answer}");
    }

    /// <summary>The right one runs the script, whose text comes back as it appears.</summary>
    public async Task<DryRunStep> RightSecretAsync()
    {
        var answer = await _client.LaunchAsync(Commit, policy.Secret);
        return new DryRunStep(
            "right secret",
            answer.Status == HttpStatusCode.OK
                && answer.Text.StartsWith($"testing {Commit}\nall tests passed\n", StringComparison.Ordinal)
                && answer.LastLine.EndsWith(" passed 0", StringComparison.Ordinal),
            $"{(int)answer.Status} {string.Join(" | ", answer.Text.TrimEnd().Split('\n'))}");
    }

    /// <summary>A signed call counts once.</summary>
    public async Task<DryRunStep> SignedCallAsync()
    {
        var call = Signed($"h={Commit}");
        var (first, second) = (await _client.SendAsync(call), await _client.SendAsync(call));
        return new DryRunStep(
            "signed call",
            (first.Status, second.Status) == (HttpStatusCode.Accepted, HttpStatusCode.Forbidden),
            $"{(int)first.Status} {first["state"]}, sent again {(int)second.Status}");
    }

    /// <summary>Nothing but a commit's hash gets into the script.</summary>
    public async Task<DryRunStep> InvalidHashAsync()
    {
        var answer = await _client.LaunchAsync("$(reboot)", policy.Secret);
        return new DryRunStep("no hash", answer.Status == HttpStatusCode.BadRequest, $"{answer}");
    }

    /// <summary>A launch that does not end by itself is ended.</summary>
    public async Task<DryRunStep> TimeLimitAsync()
    {
        var from = _time.GetTimestamp();
        var answer = await _client.SendAsync(Signed($"h={DryRunPolicy.EndlessCommit}"));
        var launcher = services.GetRequiredService<IGrainFactory>().GetLauncher(Account);
        while (await launcher.Find(answer["id"]) is not { Phase: LaunchPhase.Ended } && _time.GetElapsedTime(from) < MaxWait)
        {
            await Task.Delay(PollInterval, _time);
        }

        var end = await launcher.Find(answer["id"]);
        return new DryRunStep(
            "time limit",
            end?.Verdict == LaunchVerdict.TimedOut,
            $"allowed 6 s, {LaunchStateNames.Of(end?.Verdict) ?? "still at work"} after {_time.GetElapsedTime(from).TotalSeconds:0} s");
    }

    /// <summary>All of it is in the audit, each record tied to the one before.</summary>
    public async Task<DryRunStep> AuditAsync()
    {
        await services.GetRequiredService<RejectedCallAuditor>().FlushAsync();
        var records = await services.GetRequiredService<ILaunchStore>().ReadAuditAsync(Account, after: 0, maxCount: 1000, CancellationToken.None);
        var kinds = records.GroupBy(record => record.Event).Select(same => $"{same.Count()} {same.Key.ToString().ToLowerInvariant()}");
        return new DryRunStep(
            "audit",
            records.Count > 0 && AuditChain.FindFirstBroken(records) is null,
            $"{records.Count} records, the chain is whole: {string.Join(", ", kinds)}");
    }

    /// <summary>No line of any log has a secret, in any form.</summary>
    public Task<DryRunStep> SecretsAsync()
    {
        var showing = leaks.CountLeaks(policy.Secret, policy.SigningSecret);
        return Task.FromResult(new DryRunStep("secrets", showing == 0 && leaks.LineCount > 0, $"in {showing} of {leaks.LineCount} log lines"));
    }

    public void Dispose() => _client.Dispose();

    private SignedRequest Signed(string body) =>
        LauncherTestClient.Sign("/run", body, DryRunPolicy.SignerId, policy.SigningSecret, _time.GetUtcNow());
}
