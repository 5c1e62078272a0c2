using OrleansHybrid.Domain.Launching.Scripts;

namespace OrleansHybrid.Domain.Launching;

/// <summary>What follows from what was seen at the provider.</summary>
public static partial class LaunchMachine
{
    private const int MostUnread = 5;

    // More than any job costs: a provider that says so is not believed.
    private const decimal MostCost = 1_000_000_000m;

    private static readonly TimeSpan ShortestRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AfterBusy = TimeSpan.FromSeconds(10);

    /// <summary>Takes one report. One about a launch or a try that is over, or that comes again, changes nothing.</summary>
    public static LaunchLedger Report(LaunchLedger ledger, LaunchReport report, DateTimeOffset now)
    {
        if (report.Act == LaunchAct.Sweep)
        {
            return Swept(Sighted(ledger, report, now), report, now);
        }

        if (report.LaunchId.Length == 0)
        {
            return ledger with { Orphans = [.. ledger.Orphans.Where(number => !IsOver(report, number))] };
        }

        return ledger.Live.FirstOrDefault(live => live.Id == report.LaunchId) is { } live && live.Attempt == report.Attempt
            ? report.Act switch
            {
                LaunchAct.Submit => Submitted(ledger, live, report, now),
                LaunchAct.Search => Searched(ledger, live, report, now),
                _ => Seen(ledger, live, report, now),
            }
            : ledger;
    }

    private static LaunchLedger Submitted(LaunchLedger ledger, LiveLaunch live, LaunchReport report, DateTimeOffset now)
    {
        if (live.Standing is Standing.Queued or Standing.Running)
        {
            return ledger;
        }

        // A late report of a submission that was given up is as good: there is a job, so none is begun in its place.
        if (report.Jobs is [{ } job, ..])
        {
            return Adopt(ledger, live, job, report, now);
        }

        return live.Standing == Standing.Intended ? ledger : report.Trouble switch
        {
            ProviderTrouble.Busy or ProviderTrouble.NoKey when live.Standing == Standing.Submitting =>
                Put(ledger, live with { Standing = Standing.Intended, NotBefore = now + AfterBusy }),
            ProviderTrouble.Refused or ProviderTrouble.Unauthorized or ProviderTrouble.NotFound when live.Standing == Standing.Submitting =>
                End(ledger, live, new JobEnd(VerdictOf(live.Stop), null, now, PaidBefore(live)), now),
            ProviderTrouble.Forbidden when live.Standing == Standing.Submitting =>
                End(Objected(ledger, live, report, now), live, new JobEnd(VerdictOf(live.Stop), null, now, PaidBefore(live)), now),
            _ => Put(ledger, live with { Standing = Standing.Unsure, Since = now, NotBefore = now, MissingSince = null }),
        };
    }

    private static LaunchLedger Objected(LaunchLedger ledger, LiveLaunch live, LaunchReport report, DateTimeOffset now) =>
        Note(ledger, About(live, AuditEvent.Refused, now) with
        {
            Reason = $"not in the key holder's policy: {report.Reason}",
            PolicyVersion = report.PolicyVersion ?? live.Request.PolicyVersion,
        });

    private static LaunchLedger Searched(LaunchLedger ledger, LiveLaunch live, LaunchReport report, DateTimeOffset now)
    {
        if (live.Standing != Standing.Unsure || report.Trouble is not null)
        {
            return ledger;
        }

        if (report.Jobs.Where(job => job.Label == live.Label).OrderBy(job => job.Number).ToList() is { Count: > 0 } found)
        {
            var more = found.Skip(1).Where(job => !job.IsOver).Select(job => job.Number);
            return Adopt(ledger with { Orphans = [.. ledger.Orphans.Union(more)] }, live, found[0], report, now);
        }

        // One look can come too early for a submission that is still on its way.
        return live.MissingSince is not { } since ? Put(ledger, live with { MissingSince = now, NotBefore = now + Settling })
            : now - since < Settling ? ledger
            : live.JobNumber is { } lost ? Finish(ledger, live, new JobRecord { Number = lost, State = JobState.Unknown }, "", now)
            : Put(ledger, live with { Standing = Standing.Intended, Since = now, MissingSince = null, NotBefore = now });
    }

    private static LaunchLedger Seen(LaunchLedger ledger, LiveLaunch live, LaunchReport report, DateTimeOffset now)
    {
        if (live.Standing is not (Standing.Queued or Standing.Running))
        {
            return ledger;
        }

        if (report.Jobs.FirstOrDefault(job => job.Number == live.JobNumber) is not { } job)
        {
            // The provider does not know it any more: the label says whether it is anywhere.
            return report.Trouble is null or ProviderTrouble.NotFound
                ? Unread(ledger, live, () => Put(ledger, live with { Standing = Standing.Unsure, Since = now, NotBefore = now, Unread = 0 }))
                : ledger;
        }

        return job.State switch
        {
            JobState.Queued or JobState.Unknown => Put(ledger, live with { Unread = 0 }),
            JobState.Running => Put(ledger, live with
            {
                Standing = Standing.Running,
                StartedAt = live.StartedAt ?? Started(job, live, now),
                Since = live.Standing == Standing.Running ? live.Since : now,
                Unread = 0,
            }),
            _ when report.LastWords is null => Unread(ledger, live, () => Finish(ledger, live, job, "", now)),
            _ => Finish(ledger, live, job, report.LastWords, now),
        };
    }

    private static LaunchLedger Unread(LaunchLedger ledger, LiveLaunch live, Func<LaunchLedger> enough) =>
        live.Unread + 1 >= MostUnread ? enough() : Put(ledger, live with { Unread = live.Unread + 1 });

    private static LaunchLedger Adopt(LaunchLedger ledger, LiveLaunch live, JobRecord job, LaunchReport report, DateTimeOffset now)
    {
        var taken = live with { Standing = Standing.Queued, JobNumber = job.Number, Since = now, NotBefore = now, MissingSince = null };
        ledger = Note(ledger, About(taken, AuditEvent.Submitted, now) with
        {
            KeyGeneration = report.KeyGeneration ?? "",
            PolicyVersion = report.PolicyVersion ?? live.Request.PolicyVersion,
        });
        return Put(ledger, taken);
    }

    private static LaunchLedger Finish(LaunchLedger ledger, LiveLaunch live, JobRecord job, string lastWords, DateTimeOffset now)
    {
        var started = live.StartedAt ?? (job.StartedAt is null ? (DateTimeOffset?)null : Started(job, live, now));
        var over = job.EndedAt is { } told && told < now ? told : now;
        var ran = started is { } from ? Positive(over - from) : TimeSpan.Zero;
        var code = VerdictLine.Read(lastWords, live.Request.Marker, live.Request.CommitHash);
        var verdict = Verdict(live, job, code, ran);
        var total = live.RanBefore + ran;
        var cost = job.Cost is { } bill and >= 0 and <= MostCost
            ? Spending.RoundUp(bill) + PaidBefore(live)
            : Spending.CostOf(live.Request.Terms, total);

        // Nobody's fault but the provider's: once more, in what is left of the time that is paid for.
        return verdict == LaunchVerdict.Trouble && live.Attempt == 1 && live.Stop is null && live.Request.Terms.Limit - total >= ShortestRetry
            ? Put(ledger, Again(live, total, now))
            : End(ledger, live with { StartedAt = started }, new JobEnd(verdict, code, over, cost), now);
    }

    private static LiveLaunch Again(LiveLaunch live, TimeSpan ranBefore, DateTimeOffset now) => live with
    {
        Attempt = live.Attempt + 1,
        Standing = Standing.Intended,
        Since = now,
        NotBefore = now,
        JobNumber = null,
        MissingSince = null,
        StartedAt = null,
        RanBefore = ranBefore,
        Unread = 0,
    };

    private static decimal PaidBefore(LiveLaunch live) => Spending.CostOf(live.Request.Terms, live.RanBefore);

    // What the script itself said counts, and not the provider's word for the end: a job that we stop can look as if it had gone well.
    private static LaunchVerdict Verdict(LiveLaunch live, JobRecord job, int? code, TimeSpan ran) => (code, live.Stop) switch
    {
        (0, _) => LaunchVerdict.Passed,
        (_, { } stop) => VerdictOf(stop),
        (not null, null) => LaunchVerdict.Failed,
        _ when job.State == JobState.Terminated && ran >= LimitOf(live) - SoonLook => LaunchVerdict.TimedOut,
        _ => LaunchVerdict.Trouble,
    };

    private static LaunchLedger End(LaunchLedger ledger, LiveLaunch live, JobEnd end, DateTimeOffset now)
    {
        var view = View(live) with
        {
            Phase = LaunchPhase.Ended,
            Verdict = end.Verdict,
            ExitCode = end.ExitCode,
            EndedAt = end.At,
            Cost = end.Cost,
        };
        ledger = Note(ledger, About(live, AuditEvent.Ended, now) with { Reason = end.Verdict.ToString(), Cost = end.Cost });
        ledger = Spending.Settle(ledger, live, end.Cost) with
        {
            Live = [.. ledger.Live.Where(other => other.Id != live.Id)],
            Ended = [.. ledger.Ended, view],
        };
        return live.Request.Terms.ResultValid > TimeSpan.Zero
            ? Remember(ledger, new RecentLaunch(live.Identity, view, now + live.Request.Terms.ResultValid))
            : ledger;
    }

    private static LaunchLedger Remember(LaunchLedger ledger, RecentLaunch recent) =>
        ledger with { Recent = [.. ledger.Recent.TakeLast(MostRecent - 1), recent] };

    private static LaunchLedger Sighted(LaunchLedger ledger, LaunchReport report, DateTimeOffset now) => (report.Trouble, ledger.BlindSince) switch
    {
        (null, _) => ledger with { BlindSince = null, Sighted = now, ForeignJobs = report.ForeignJobs },
        (_, null) => ledger with { BlindSince = now },
        _ => ledger,
    };

    private static LaunchLedger Swept(LaunchLedger ledger, LaunchReport report, DateTimeOffset now)
    {
        var strays = report.Jobs
            .Where(job => !job.IsOver && job.HasLabelOf(ledger.OwnPrefix))
            .Where(job => !ledger.Live.Any(live => live.Label == job.Label && (live.JobNumber ?? job.Number) == job.Number))
            .Where(job => !ledger.Orphans.Contains(job.Number))
            .ToList();
        ledger = ledger with { Orphans = [.. ledger.Orphans, .. strays.Select(job => job.Number)] };
        return strays.Aggregate(ledger, (so, job) => Note(so, new AuditRecord
        {
            Sequence = 0,
            At = now,
            Event = AuditEvent.Orphan,
            JobNumber = job.Number,
        }));
    }

    private static DateTimeOffset Started(JobRecord job, LiveLaunch live, DateTimeOffset now) =>
        job.StartedAt is { } told && told >= live.CreatedAt && told <= now ? told : now;

    private static TimeSpan Positive(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;

    private static LaunchVerdict VerdictOf(StopReason? stop) => stop switch
    {
        null => LaunchVerdict.Trouble,
        StopReason.Cancelled => LaunchVerdict.Cancelled,
        StopReason.Overdue => LaunchVerdict.TimedOut,
        _ => throw new ArgumentOutOfRangeException(nameof(stop), stop, "no such reason"),
    };

    private static bool IsOver(LaunchReport report, long number) =>
        report.Jobs.Any(job => job.Number == number && job.IsOver)
        || (report.JobNumber == number && report.Trouble == ProviderTrouble.NotFound);

    /// <summary>How a job was seen to end.</summary>
    private sealed record JobEnd(LaunchVerdict Verdict, int? ExitCode, DateTimeOffset At, decimal Cost);
}
