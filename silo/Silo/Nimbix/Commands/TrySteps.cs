using System.Net;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Grains.Launching;
using OrleansHybrid.Silo.Nimbix.Door;

namespace OrleansHybrid.Silo.Nimbix.Commands;

/// <summary>One thing that was shown: whether it went as it should, and what was seen.</summary>
internal sealed record TryStep(string Name, bool Passed, string Text);

/// <summary>What a launcher does, step by step, as its callers and its operator see it.</summary>
internal sealed class TrySteps(IServiceProvider services, Rehearsal rehearsal, SecretCount lines) : IDisposable
{
    private const string Commit = "0f3c9d";
    private const string Account = "nimbix";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DoorCalls _door = new(services.GetRequiredService<LauncherDoor>().Address);
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();

    /// <summary>A wrong secret learns nothing.</summary>
    public async Task<TryStep> RefuseAsync()
    {
        var answer = await _door.PlainAsync(Commit, new string('0', rehearsal.Secret.Length));
        return new TryStep("wrong secret", answer.Status == HttpStatusCode.Forbidden, $"{answer}");
    }

    /// <summary>The right one runs the script, whose text comes back as it appears.</summary>
    public async Task<TryStep> AcceptAsync()
    {
        var answer = await _door.PlainAsync(Commit, rehearsal.Secret);
        return new TryStep(
            "right secret",
            answer.Status == HttpStatusCode.OK
                && answer.Text.StartsWith($"testing {Commit}\nall tests passed\n", StringComparison.Ordinal)
                && answer.LastLine.EndsWith(" passed 0", StringComparison.Ordinal),
            $"{(int)answer.Status} {string.Join(" | ", answer.Text.TrimEnd().Split('\n'))}");
    }

    /// <summary>A signed call counts once.</summary>
    public async Task<TryStep> SignAsync()
    {
        var call = Signed($"h={Commit}");
        var (first, second) = (await _door.SendAsync(call), await _door.SendAsync(call));
        return new TryStep(
            "signed call",
            (first.Status, second.Status) == (HttpStatusCode.Accepted, HttpStatusCode.Forbidden),
            $"{(int)first.Status} {first["state"]}, sent again {(int)second.Status}");
    }

    /// <summary>Nothing but a commit's hash gets into the script.</summary>
    public async Task<TryStep> RuleAsync()
    {
        var answer = await _door.PlainAsync("$(reboot)", rehearsal.Secret);
        return new TryStep("no hash", answer.Status == HttpStatusCode.BadRequest, $"{answer}");
    }

    /// <summary>What does not end by itself is ended.</summary>
    public async Task<TryStep> LimitAsync()
    {
        var from = _time.GetTimestamp();
        var answer = await _door.SendAsync(Signed($"h={Rehearsal.EndlessCommit}"));
        var launcher = services.GetRequiredService<IGrainFactory>().GetLauncher(Account);
        while (await launcher.Find(answer["id"]) is not { Phase: LaunchPhase.Ended } && _time.GetElapsedTime(from) < Patience)
        {
            await Task.Delay(Pause, _time);
        }

        var end = await launcher.Find(answer["id"]);
        return new TryStep(
            "time limit",
            end?.Verdict == LaunchVerdict.TimedOut,
            $"allowed 6 s, {LaunchWords.Of(end?.Verdict) ?? "still at work"} after {_time.GetElapsedTime(from).TotalSeconds:0} s");
    }

    /// <summary>All of it is in the audit, each record tied to the one before.</summary>
    public async Task<TryStep> AuditAsync()
    {
        await services.GetRequiredService<RefusedCallBook>().TellAsync();
        var records = await services.GetRequiredService<ILaunchStore>().ReadAuditAsync(Account, after: 0, most: 1000, CancellationToken.None);
        var kinds = records.GroupBy(record => record.Event).Select(same => $"{same.Count()} {same.Key.ToString().ToLowerInvariant()}");
        return new TryStep(
            "audit",
            records.Count > 0 && AuditChain.FirstBroken(records) is null,
            $"{records.Count} records, the chain is whole: {string.Join(", ", kinds)}");
    }

    /// <summary>No line of any log has a secret, in any form.</summary>
    public Task<TryStep> SecretsAsync()
    {
        var showing = lines.Showing(rehearsal.Secret, rehearsal.SigningSecret);
        return Task.FromResult(new TryStep("secrets", showing == 0 && lines.Lines > 0, $"in {showing} of {lines.Lines} log lines"));
    }

    public void Dispose() => _door.Dispose();

    private SignedForm Signed(string body) =>
        DoorCalls.Sign("/run", body, Rehearsal.SignerId, rehearsal.SigningSecret, _time.GetUtcNow());
}
