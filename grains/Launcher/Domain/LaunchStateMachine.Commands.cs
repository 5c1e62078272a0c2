namespace OrleansHybrid.Launcher.Domain;

/// <summary>The commands that launches need, and when.</summary>
public static partial class LaunchStateMachine
{
    /// <summary>How often a job is polled while it is young, is being stopped, or was just submitted.</summary>
    public static readonly TimeSpan FastPollInterval = TimeSpan.FromSeconds(5);

    /// <summary>How often a job is polled after its first minutes.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(30);

    /// <summary>How long a submission may take until it counts as one of unknown outcome.</summary>
    public static readonly TimeSpan MaxSubmissionTime = TimeSpan.FromMinutes(2);

    /// <summary>How long a job of unknown outcome must have been missing, in two looks, before it is submitted again.</summary>
    public static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(60);

    /// <summary>How often all jobs of the account are compared with the active launches.</summary>
    public static readonly TimeSpan ReconcileInterval = TimeSpan.FromMinutes(5);

    /// <summary>For how long the provider's jobs may be impossible to list before nothing is launched any more.</summary>
    public static readonly TimeSpan MaxListingOutage = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan FastPollPeriod = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The commands to execute now, and when to ask again. Handing out a submission changes the ledger: that has to be durable
    /// before it is executed, so that a lost one is searched for and not repeated.
    /// </summary>
    /// <param name="ledger">The ledger so far.</param>
    /// <param name="now">The database's clock.</param>
    /// <param name="foreignJobsCount">True where what others start is to be known soon, since the caps count it.</param>
    public static (LaunchLedger Ledger, ProviderCommandBatch Batch) TakeCommands(
        LaunchLedger ledger, DateTimeOffset now, bool foreignJobsCount = false)
    {
        var commands = new List<ProviderCommand>();
        foreach (var live in ledger.Live)
        {
            var due = Overdue(live, now);
            if (due.Stop != live.Stop)
            {
                ledger = AppendAudit(ledger, AuditRecordFor(due, AuditEvent.Overdue, now));
            }

            if (due.NotBefore > now)
            {
                ledger = due == live ? ledger : Replace(ledger, due);
                continue;
            }

            if (due is { Standing: ProviderJobState.Intended, Stop: not null })
            {
                ledger = End(Replace(ledger, due), due, new JobEnd(VerdictOf(due.Stop), null, now, PaidBefore(due)), now);
                continue;
            }

            if (due.Standing == ProviderJobState.Intended && ledger.Outbox.Any(record => record.Sequence <= due.AuditSequence))
            {
                continue;
            }

            var (handed, command) = NextCommand(due, now);
            ledger = Replace(ledger, handed);
            commands.Add(command);
        }

        commands.AddRange(ledger.Orphans.Select(number => new ProviderCommand(ProviderAction.Terminate, "", 0, "", number)));
        if (now - ledger.Swept >= (foreignJobsCount || ledger.BlindSince is not null ? PollInterval : ReconcileInterval))
        {
            ledger = ledger with { Swept = now };
            commands.Add(new ProviderCommand(ProviderAction.Reconcile, "", 0, ledger.OwnPrefix ?? ""));
        }

        return (ledger, new ProviderCommandBatch(commands, UntilNextPoll(ledger, now)));
    }

    private static ActiveLaunch Overdue(ActiveLaunch live, DateTimeOffset now) => live.Stop is null && now >= StopBy(live)
        ? live with { Stop = StopReason.Overdue, StopAt = now, NotBefore = now }
        : live;

    private static DateTimeOffset StopBy(ActiveLaunch live) =>
        live.StartedAt is { } started ? started + LimitOf(live) : LatestStart(live);

    // A second try comes after the first has waited and run, and may wait as long again.
    private static DateTimeOffset LatestStart(ActiveLaunch live)
    {
        var terms = live.Request.Terms;
        return live.CreatedAt + (live.Attempt == 1 ? terms.LongestQueue : (terms.LongestQueue * 2) + terms.Limit);
    }

    private static (ActiveLaunch Live, ProviderCommand Command) NextCommand(ActiveLaunch live, DateTimeOffset now) => live.Standing switch
    {
        ProviderJobState.Intended => (
            live with { Standing = ProviderJobState.Submitting, Since = now, NotBefore = now + MaxSubmissionTime },
            new ProviderCommand(ProviderAction.Submit, live.Id, live.Attempt, live.Label, Launch: InputsOf(live))),

        // No result came: whether the job was submitted is not known.
        ProviderJobState.Submitting => NextCommand(live with { Standing = ProviderJobState.Unknown, Since = now, MissingSince = null }, now),
        ProviderJobState.Unknown => (
            live with { NotBefore = now + (live.MissingSince is null ? FastPollInterval : SettleTime) },
            new ProviderCommand(ProviderAction.FindByLabel, live.Id, live.Attempt, live.Label)),
        _ when live.Stop is not null => (live with { NotBefore = now + FastPollInterval }, StopCommand(live, now)),
        _ => (
            live with { NotBefore = now + (now - live.Since < FastPollPeriod ? FastPollInterval : PollInterval) },
            new ProviderCommand(ProviderAction.Poll, live.Id, live.Attempt, live.Label, live.JobNumber)),
    };

    // A running job is shut down; a queued one, or one that ignored the shutdown, is terminated until its end is seen. Each of
    // these commands polls the job, too.
    private static ProviderCommand StopCommand(ActiveLaunch live, DateTimeOffset now) => new(
        live.Standing == ProviderJobState.Running && now < live.StopAt + live.Request.Terms.Grace ? ProviderAction.Shutdown : ProviderAction.Terminate,
        live.Id,
        live.Attempt,
        live.Label,
        live.JobNumber);

    private static LaunchInputs InputsOf(ActiveLaunch live)
    {
        var request = live.Request;
        return new LaunchInputs(
            request.CredentialId, request.CommitHash, request.Parameters, request.Marker, live.RanBefore, live.AuditSequence);
    }

    private static TimeSpan UntilNextPoll(LaunchLedger ledger, DateTimeOffset now)
    {
        var next = ledger.Live.Select(live => live.NotBefore)
            .Concat(ledger.Live.Where(live => live.Stop is null).Select(StopBy))
            .Concat(ledger.Orphans.Select(_ => now + FastPollInterval))
            .DefaultIfEmpty(now + PollInterval)
            .Min();
        return next - now < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : next - now > PollInterval ? PollInterval : next - now;
    }
}
