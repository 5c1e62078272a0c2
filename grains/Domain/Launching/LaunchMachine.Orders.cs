namespace OrleansHybrid.Domain.Launching;

/// <summary>What is to be done for launches, and when.</summary>
public static partial class LaunchMachine
{
    /// <summary>How often a job is looked at while it is young, waits to stop, or just was handed out.</summary>
    public static readonly TimeSpan SoonLook = TimeSpan.FromSeconds(5);

    /// <summary>How often a job is looked at after its first minutes.</summary>
    public static readonly TimeSpan UsualLook = TimeSpan.FromSeconds(30);

    /// <summary>How long a submission may take until it counts as one of unknown outcome.</summary>
    public static readonly TimeSpan LongestSubmission = TimeSpan.FromMinutes(2);

    /// <summary>How long a job of unknown outcome must have been missing, in two looks, before it is submitted again.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);

    /// <summary>How often all jobs of the account are held against what lives.</summary>
    public static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(5);

    /// <summary>For how long the provider's jobs may be impossible to list before nothing is launched any more.</summary>
    public static readonly TimeSpan LongestBlindness = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Youth = TimeSpan.FromMinutes(5);

    /// <summary>
    /// What is to be done now, and when to ask again. Handing out a submission changes the ledger: that has to be durable
    /// before it is carried out, so that a lost one is looked for and not repeated.
    /// </summary>
    /// <param name="ledger">What is remembered.</param>
    /// <param name="now">The database's clock.</param>
    /// <param name="foreignJobsCount">True where what others start is to be known soon, since the caps count it.</param>
    public static (LaunchLedger Ledger, LaunchOrders Orders) TakeOrders(
        LaunchLedger ledger, DateTimeOffset now, bool foreignJobsCount = false)
    {
        var orders = new List<LaunchOrder>();
        foreach (var live in ledger.Live)
        {
            var due = Overdue(live, now);
            if (due.Stop != live.Stop)
            {
                ledger = Note(ledger, About(due, AuditEvent.Overdue, now));
            }

            if (due.NotBefore > now)
            {
                ledger = due == live ? ledger : Put(ledger, due);
                continue;
            }

            if (due is { Standing: Standing.Intended, Stop: not null })
            {
                ledger = End(Put(ledger, due), due, new JobEnd(VerdictOf(due.Stop), null, now, PaidBefore(due)), now);
                continue;
            }

            if (due.Standing == Standing.Intended && ledger.Outbox.Any(record => record.Sequence <= due.AuditSequence))
            {
                continue;
            }

            var (handed, order) = Order(due, now);
            ledger = Put(ledger, handed);
            orders.Add(order);
        }

        orders.AddRange(ledger.Orphans.Select(number => new LaunchOrder(LaunchAct.Terminate, "", 0, "", number)));
        if (now - ledger.Swept >= (foreignJobsCount || ledger.BlindSince is not null ? UsualLook : SweepEvery))
        {
            ledger = ledger with { Swept = now };
            orders.Add(new LaunchOrder(LaunchAct.Sweep, "", 0, ledger.OwnPrefix ?? ""));
        }

        return (ledger, new LaunchOrders(orders, Rest(ledger, now)));
    }

    private static LiveLaunch Overdue(LiveLaunch live, DateTimeOffset now) => live.Stop is null && now >= StopBy(live)
        ? live with { Stop = StopReason.Overdue, StopAt = now, NotBefore = now }
        : live;

    private static DateTimeOffset StopBy(LiveLaunch live) =>
        live.StartedAt is { } started ? started + LimitOf(live) : LatestStart(live);

    // A second try comes after the first has waited and run, and may wait as long again.
    private static DateTimeOffset LatestStart(LiveLaunch live)
    {
        var terms = live.Request.Terms;
        return live.CreatedAt + (live.Attempt == 1 ? terms.LongestQueue : (terms.LongestQueue * 2) + terms.Limit);
    }

    private static (LiveLaunch Live, LaunchOrder Order) Order(LiveLaunch live, DateTimeOffset now) => live.Standing switch
    {
        Standing.Intended => (
            live with { Standing = Standing.Submitting, Since = now, NotBefore = now + LongestSubmission },
            new LaunchOrder(LaunchAct.Submit, live.Id, live.Attempt, live.Label, Launch: InputsOf(live))),

        // Nobody has reported: what became of it is not known.
        Standing.Submitting => Order(live with { Standing = Standing.Unsure, Since = now, MissingSince = null }, now),
        Standing.Unsure => (
            live with { NotBefore = now + (live.MissingSince is null ? SoonLook : Settling) },
            new LaunchOrder(LaunchAct.Search, live.Id, live.Attempt, live.Label)),
        _ when live.Stop is not null => (live with { NotBefore = now + SoonLook }, Stopping(live, now)),
        _ => (
            live with { NotBefore = now + (now - live.Since < Youth ? SoonLook : UsualLook) },
            new LaunchOrder(LaunchAct.Look, live.Id, live.Attempt, live.Label, live.JobNumber)),
    };

    // Shutting down is for what runs; what waits, or did not listen, is terminated, again and again until its end is seen. Each of
    // these orders looks at the job, too.
    private static LaunchOrder Stopping(LiveLaunch live, DateTimeOffset now) => new(
        live.Standing == Standing.Running && now < live.StopAt + live.Request.Terms.Grace ? LaunchAct.Shutdown : LaunchAct.Terminate,
        live.Id,
        live.Attempt,
        live.Label,
        live.JobNumber);

    private static LaunchInputs InputsOf(LiveLaunch live)
    {
        var request = live.Request;
        return new LaunchInputs(
            request.CredentialId, request.CommitHash, request.Parameters, request.Marker, live.RanBefore, live.AuditSequence);
    }

    private static TimeSpan Rest(LaunchLedger ledger, DateTimeOffset now)
    {
        var next = ledger.Live.Select(live => live.NotBefore)
            .Concat(ledger.Live.Where(live => live.Stop is null).Select(StopBy))
            .Concat(ledger.Orphans.Select(_ => now + SoonLook))
            .DefaultIfEmpty(now + UsualLook)
            .Min();
        return next - now < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : next - now > UsualLook ? UsualLook : next - now;
    }
}
