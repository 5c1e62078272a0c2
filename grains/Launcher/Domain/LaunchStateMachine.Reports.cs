using OrleansHybrid.Launcher.Domain.Scripts;

namespace OrleansHybrid.Launcher.Domain;

/// <summary>The transitions that follow reports from the provider.</summary>
public static partial class LaunchStateMachine
{
    private const int MaxUnreadEnds = 5;

    // More than any job costs: a provider that says so is not believed.
    private const decimal MaxCost = 1_000_000_000m;

    private static readonly TimeSpan MinRetryTime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BusyDelay = TimeSpan.FromSeconds(10);

    /// <summary>Applies one result. One of a launch or an attempt that has ended, or a repeated one, changes nothing.</summary>
    public static LaunchLedger ApplyResult(LaunchLedger ledger, ProviderResult result, DateTimeOffset now)
    {
        if (result.Action == ProviderAction.Reconcile)
        {
            return ApplyReconciliation(RecordListing(ledger, result, now), result, now);
        }

        if (result.LaunchId.Length == 0)
        {
            return ledger with { Orphans = [.. ledger.Orphans.Where(number => !IsOver(result, number))] };
        }

        return ledger.Live.FirstOrDefault(live => live.Id == result.LaunchId) is { } live && live.Attempt == result.Attempt
            ? result.Action switch
            {
                ProviderAction.Submit => ApplySubmission(ledger, live, result, now),
                ProviderAction.FindByLabel => ApplySearch(ledger, live, result, now),
                _ => ApplyPoll(ledger, live, result, now),
            }
            : ledger;
    }

    private static LaunchLedger ApplySubmission(LaunchLedger ledger, ActiveLaunch live, ProviderResult report, DateTimeOffset now)
    {
        if (live.Standing is ProviderJobState.Queued or ProviderJobState.Running)
        {
            return ledger;
        }

        // A late result of a submission that was given up counts as well: there is a job, so no other is started.
        if (report.Jobs is [{ } job, ..])
        {
            return Adopt(ledger, live, job, report, now);
        }

        return live.Standing == ProviderJobState.Intended ? ledger : report.Error switch
        {
            ProviderErrorKind.Busy or ProviderErrorKind.NoKey when live.Standing == ProviderJobState.Submitting =>
                Replace(ledger, live with { Standing = ProviderJobState.Intended, NotBefore = now + BusyDelay }),
            ProviderErrorKind.Refused or ProviderErrorKind.Unauthorized or ProviderErrorKind.NotFound when live.Standing == ProviderJobState.Submitting =>
                End(ledger, live, new JobEnd(VerdictOf(live.Stop), null, now, PaidBefore(live)), now),
            ProviderErrorKind.Forbidden when live.Standing == ProviderJobState.Submitting =>
                End(AuditPolicyRejection(ledger, live, report, now), live, new JobEnd(VerdictOf(live.Stop), null, now, PaidBefore(live)), now),
            _ => Replace(ledger, live with { Standing = ProviderJobState.Unknown, Since = now, NotBefore = now, MissingSince = null }),
        };
    }

    private static LaunchLedger AuditPolicyRejection(LaunchLedger ledger, ActiveLaunch live, ProviderResult report, DateTimeOffset now) =>
        AppendAudit(ledger, AuditRecordFor(live, AuditEvent.Refused, now) with
        {
            Reason = $"not in the key holder's policy: {report.Reason}",
            PolicyVersion = report.PolicyVersion ?? live.Request.PolicyVersion,
        });

    private static LaunchLedger ApplySearch(LaunchLedger ledger, ActiveLaunch live, ProviderResult report, DateTimeOffset now)
    {
        if (live.Standing != ProviderJobState.Unknown || report.Error is not null)
        {
            return ledger;
        }

        if (report.Jobs.Where(job => job.Label == live.Label).OrderBy(job => job.Number).ToList() is { Count: > 0 } found)
        {
            var more = found.Skip(1).Where(job => !job.IsOver).Select(job => job.Number);
            return Adopt(ledger with { Orphans = [.. ledger.Orphans.Union(more)] }, live, found[0], report, now);
        }

        // One search can come too early for a submission that is still in flight.
        return live.MissingSince is not { } since ? Replace(ledger, live with { MissingSince = now, NotBefore = now + SettleTime })
            : now - since < SettleTime ? ledger
            : live.JobNumber is { } lost ? Finish(ledger, live, new JobRecord { Number = lost, State = ReportedJobState.Unknown }, "", now)
            : Replace(ledger, live with { Standing = ProviderJobState.Intended, Since = now, MissingSince = null, NotBefore = now });
    }

    private static LaunchLedger ApplyPoll(LaunchLedger ledger, ActiveLaunch live, ProviderResult report, DateTimeOffset now)
    {
        if (live.Standing is not (ProviderJobState.Queued or ProviderJobState.Running))
        {
            return ledger;
        }

        if (report.Jobs.FirstOrDefault(job => job.Number == live.JobNumber) is not { } job)
        {
            // The provider does not know it any more: the label says whether it is anywhere.
            return report.Error is null or ProviderErrorKind.NotFound
                ? CountUnread(ledger, live, () => Replace(ledger, live with { Standing = ProviderJobState.Unknown, Since = now, NotBefore = now, Unread = 0 }))
                : ledger;
        }

        return job.State switch
        {
            ReportedJobState.Queued or ReportedJobState.Unknown => Replace(ledger, live with { Unread = 0 }),
            ReportedJobState.Running => Replace(ledger, live with
            {
                Standing = ProviderJobState.Running,
                StartedAt = live.StartedAt ?? Started(job, live, now),
                Since = live.Standing == ProviderJobState.Running ? live.Since : now,
                Unread = 0,
            }),
            _ when report.OutputTail is null => CountUnread(ledger, live, () => Finish(ledger, live, job, "", now)),
            _ => Finish(ledger, live, job, report.OutputTail, now),
        };
    }

    private static LaunchLedger CountUnread(LaunchLedger ledger, ActiveLaunch live, Func<LaunchLedger> enough) =>
        live.Unread + 1 >= MaxUnreadEnds ? enough() : Replace(ledger, live with { Unread = live.Unread + 1 });

    private static LaunchLedger Adopt(LaunchLedger ledger, ActiveLaunch live, JobRecord job, ProviderResult report, DateTimeOffset now)
    {
        var taken = live with { Standing = ProviderJobState.Queued, JobNumber = job.Number, Since = now, NotBefore = now, MissingSince = null };
        ledger = AppendAudit(ledger, AuditRecordFor(taken, AuditEvent.Submitted, now) with
        {
            KeyGeneration = report.KeyGeneration ?? "",
            PolicyVersion = report.PolicyVersion ?? live.Request.PolicyVersion,
        });
        return Replace(ledger, taken);
    }

    private static LaunchLedger Finish(LaunchLedger ledger, ActiveLaunch live, JobRecord job, string outputTail, DateTimeOffset now)
    {
        var started = live.StartedAt ?? (job.StartedAt is null ? (DateTimeOffset?)null : Started(job, live, now));
        var over = job.EndedAt is { } told && told < now ? told : now;
        var ran = started is { } from ? Positive(over - from) : TimeSpan.Zero;
        var code = ResultMarker.ReadExitCode(outputTail, live.Request.Marker, live.Request.CommitHash);
        var verdict = Verdict(live, job, code, ran);
        var total = live.RanBefore + ran;
        var cost = job.Cost is { } bill and >= 0 and <= MaxCost
            ? Spending.RoundUp(bill) + PaidBefore(live)
            : Spending.CostOf(live.Request.Terms, total);

        // The provider's fault: retried once, in what is left of the reserved time.
        return verdict == LaunchVerdict.Trouble && live.Attempt == 1 && live.Stop is null && live.Request.Terms.Limit - total >= MinRetryTime
            ? Replace(ledger, NextAttempt(live, total, now))
            : End(ledger, live with { StartedAt = started }, new JobEnd(verdict, code, over, cost), now);
    }

    private static ActiveLaunch NextAttempt(ActiveLaunch live, TimeSpan ranBefore, DateTimeOffset now) => live with
    {
        Attempt = live.Attempt + 1,
        Standing = ProviderJobState.Intended,
        Since = now,
        NotBefore = now,
        JobNumber = null,
        MissingSince = null,
        StartedAt = null,
        RanBefore = ranBefore,
        Unread = 0,
    };

    private static decimal PaidBefore(ActiveLaunch live) => Spending.CostOf(live.Request.Terms, live.RanBefore);

    // The script's own marker counts, not the provider's status: a job that we stop can look successful there.
    private static LaunchVerdict Verdict(ActiveLaunch live, JobRecord job, int? code, TimeSpan ran) => (code, live.Stop) switch
    {
        (0, _) => LaunchVerdict.Passed,
        (_, { } stop) => VerdictOf(stop),
        (not null, null) => LaunchVerdict.Failed,
        _ when job.State == ReportedJobState.Terminated && ran >= LimitOf(live) - FastPollInterval => LaunchVerdict.TimedOut,
        _ => LaunchVerdict.Trouble,
    };

    private static LaunchLedger End(LaunchLedger ledger, ActiveLaunch live, JobEnd end, DateTimeOffset now)
    {
        var view = ToSnapshot(live) with
        {
            Phase = LaunchPhase.Ended,
            Verdict = end.Verdict,
            ExitCode = end.ExitCode,
            EndedAt = end.At,
            Cost = end.Cost,
        };
        ledger = AppendAudit(ledger, AuditRecordFor(live, AuditEvent.Ended, now) with { Reason = end.Verdict.ToString(), Cost = end.Cost });
        ledger = Spending.AddCost(ledger, live, end.Cost) with
        {
            Live = [.. ledger.Live.Where(other => other.Id != live.Id)],
            Ended = [.. ledger.Ended, view],
        };
        return live.Request.Terms.ResultValid > TimeSpan.Zero
            ? Remember(ledger, new RecentLaunch(live.Identity, view, now + live.Request.Terms.ResultValid))
            : ledger;
    }

    private static LaunchLedger Remember(LaunchLedger ledger, RecentLaunch recent) =>
        ledger with { Recent = [.. ledger.Recent.TakeLast(MaxRecent - 1), recent] };

    private static LaunchLedger RecordListing(LaunchLedger ledger, ProviderResult report, DateTimeOffset now) => (report.Error, ledger.BlindSince) switch
    {
        (null, _) => ledger with { BlindSince = null, Sighted = now, ForeignJobs = report.ForeignJobs },
        (_, null) => ledger with { BlindSince = now },
        _ => ledger,
    };

    private static LaunchLedger ApplyReconciliation(LaunchLedger ledger, ProviderResult report, DateTimeOffset now)
    {
        var orphans = report.Jobs
            .Where(job => !job.IsOver && job.HasLabelPrefix(ledger.OwnPrefix))
            .Where(job => !ledger.Live.Any(live => live.Label == job.Label && (live.JobNumber ?? job.Number) == job.Number))
            .Where(job => !ledger.Orphans.Contains(job.Number))
            .ToList();
        ledger = ledger with { Orphans = [.. ledger.Orphans, .. orphans.Select(job => job.Number)] };
        return orphans.Aggregate(ledger, (so, job) => AppendAudit(so, new AuditRecord
        {
            Sequence = 0,
            At = now,
            Event = AuditEvent.Orphan,
            JobNumber = job.Number,
        }));
    }

    private static DateTimeOffset Started(JobRecord job, ActiveLaunch live, DateTimeOffset now) =>
        job.StartedAt is { } told && told >= live.CreatedAt && told <= now ? told : now;

    private static TimeSpan Positive(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;

    private static LaunchVerdict VerdictOf(StopReason? stop) => stop switch
    {
        null => LaunchVerdict.Trouble,
        StopReason.Cancelled => LaunchVerdict.Cancelled,
        StopReason.Overdue => LaunchVerdict.TimedOut,
        _ => throw new ArgumentOutOfRangeException(nameof(stop), stop, "no such reason"),
    };

    private static bool IsOver(ProviderResult report, long number) =>
        report.Jobs.Any(job => job.Number == number && job.IsOver)
        || (report.JobNumber == number && report.Error == ProviderErrorKind.NotFound);

    /// <summary>How a job was seen to end.</summary>
    private sealed record JobEnd(LaunchVerdict Verdict, int? ExitCode, DateTimeOffset At, decimal Cost);
}
