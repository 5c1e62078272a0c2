using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Silo.Nimbix.Door;

namespace OrleansHybrid.Silo.Nimbix.Errands;

/// <summary>
/// Carries out a launcher's orders at the provider, and says what came of each. What a job is, <see cref="ProviderJobBuilder"/> says, and
/// not the order.
/// </summary>
internal sealed partial class LaunchErrands(
    ILaunchProvider provider,
    ProviderJobBuilder builder,
    LaunchConsoles consoles,
    LauncherAccount account,
    TimeProvider time,
    ILogger<LaunchErrands> log) : IDisposable
{
    /// <summary>From so many jobs on, one list of all is asked for in place of each.</summary>
    public const int MostSingleLooks = 3;

    private const int MostRemembered = 10_000;

    // Each may have the most bytes that are taken of one, however many jobs end together.
    private const int MostTexts = 3;

    /// <summary>
    /// A submission that has not begun so long after its order was taken is left, and one that was begun is waited for so
    /// long: together less than the time after which the launcher trusts that a job it can't find is not coming.
    /// </summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(15);

    /// <summary>How long one order may take.</summary>
    public static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(40);

    private readonly Lock _turn = new();
    private readonly Recent<string, bool> _sent = new(MostRemembered);
    private readonly SemaphoreSlim _texts = new(MostTexts, MostTexts);

    /// <summary>Submits; what has begun is not cut off by the silo's end. The orders were asked for at this timestamp.</summary>
    public async Task<LaunchReport[]> SubmitAsync(IReadOnlyList<LaunchOrder> orders, long askedAt)
    {
        var lists = new JobLists(provider, CancellationToken.None);
        return await Task.WhenAll(orders.Select((order, place) => TryAsync(
            order, (report, cancellationToken) => SubmitAsync(order, place, report, lists, askedAt, cancellationToken), CancellationToken.None)));
    }

    /// <inheritdoc />
    public void Dispose() => _texts.Dispose();

    /// <summary>Does all the rest. What all jobs were held against comes first, since it is the oldest news.</summary>
    public async Task<LaunchReport[]> SeeAsync(IReadOnlyList<LaunchOrder> orders, CancellationToken cancellationToken)
    {
        consoles.Tidy();
        var lists = new JobLists(provider, cancellationToken);
        var together = orders.Count(order => order.Act == LaunchAct.Look) > MostSingleLooks;
        return await Task.WhenAll(orders
            .OrderBy(order => order.Act != LaunchAct.Sweep)
            .Select(order => TryAsync(order, (report, patience) => order.Act switch
            {
                LaunchAct.Search => FindAsync(report, lists.AllAsync().WaitAsync(patience), job => job.Label == order.Label),
                LaunchAct.Sweep => SweepAsync(report, lists.LivingAsync().WaitAsync(patience), order.Label),
                LaunchAct.Look => LookAsync(order, report, together ? lists : null, patience),
                LaunchAct.Shutdown => StopAsync(order, report, provider.ShutdownAsync, patience),
                LaunchAct.Terminate => StopAsync(order, report, provider.TerminateAsync, patience),
                _ => throw new ArgumentOutOfRangeException(nameof(orders), order.Act, "not an order of this kind"),
            }, cancellationToken)));
    }

    private async Task<LaunchReport> TryAsync(
        LaunchOrder order, Func<LaunchReport, CancellationToken, Task<LaunchReport>> work, CancellationToken cancellationToken)
    {
        var report = new LaunchReport
        {
            Act = order.Act,
            LaunchId = order.LaunchId,
            Attempt = order.Attempt,
            JobNumber = order.JobNumber,
            KeyGeneration = account.KeyGeneration(),
        };
        using var patience = new CancellationTokenSource(LongestCall, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await work(report, both.Token);
        }
        catch (ProviderException ex)
        {
            return report with { Trouble = ex.Trouble };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return report with { Trouble = ProviderTrouble.Unreachable };
        }
    }

    private async Task<LaunchReport> SubmitAsync(
        LaunchOrder order, int place, LaunchReport report, JobLists lists, long askedAt, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(askedAt) > Fresh)
        {
            return report with { Trouble = ProviderTrouble.Busy };
        }

        var built = await builder.BuildAsync(order, cancellationToken);
        report = report with { PolicyVersion = built.PolicyVersion };
        if (built.Job is not { } job)
        {
            NotSent(built.Trouble == ProviderTrouble.Forbidden ? LogLevel.Error : LogLevel.Debug, order.LaunchId, built.Reason);
            return report with { Trouble = built.Trouble, Reason = built.Reason };
        }

        if (WasSent(job.Label) && (await lists.AllAsync().WaitAsync(cancellationToken)).FirstOrDefault(known => known.Label == job.Label) is { } sent)
        {
            return report with { Jobs = [sent] };
        }

        if (account.ForeignJobsCount() && (await lists.LivingAsync().WaitAsync(cancellationToken)).Count(other => !other.IsOver) + place >= builder.MostLiving)
        {
            return report with { Trouble = ProviderTrouble.Busy };
        }

        var number = await provider.SubmitAsync(job, cancellationToken);
        return report with { Jobs = [new JobRecord { Number = number, State = JobState.Queued }] };
    }

    // Whatever the order says: a job that was sent once is looked for before it is sent again.
    private bool WasSent(string label)
    {
        lock (_turn)
        {
            var was = _sent[label];
            _sent[label] = true;
            return was;
        }
    }

    private static async Task<LaunchReport> FindAsync(
        LaunchReport report, Task<IReadOnlyList<JobRecord>> jobs, Func<JobRecord, bool> wanted) =>
        report with { Jobs = [.. (await jobs).Where(wanted)] };

    private static async Task<LaunchReport> SweepAsync(LaunchReport report, Task<IReadOnlyList<JobRecord>> living, string ownPrefix)
    {
        var ours = (await living).ToLookup(job => job.HasLabelOf(ownPrefix));
        return report with { Jobs = [.. ours[true]], ForeignJobs = ours[false].Count(job => !job.IsOver) };
    }

    private async Task<LaunchReport> LookAsync(LaunchOrder order, LaunchReport report, JobLists? lists, CancellationToken cancellationToken)
    {
        var number = order.JobNumber!.Value;
        var listed = lists is null ? null : (await lists.LivingAsync()).FirstOrDefault(job => job.Number == number);
        if ((listed ?? await provider.StatusAsync(number, cancellationToken)) is not { } job)
        {
            return report with { Trouble = ProviderTrouble.NotFound };
        }

        report = report with { Jobs = [job] };
        return order.LaunchId.Length == 0 || job.State is JobState.Queued or JobState.Unknown ? report
            : job.State == JobState.Running ? await ReadTailAsync(order, report, cancellationToken)
            : report with { LastWords = await ReadEndAsync(order, job, cancellationToken) };
    }

    private async Task<LaunchReport> ReadTailAsync(LaunchOrder order, LaunchReport report, CancellationToken cancellationToken)
    {
        await _texts.WaitAsync(cancellationToken);
        try
        {
            await consoles.SeeAsync(order, await provider.TailAsync(order.JobNumber!.Value, cancellationToken), cancellationToken);
        }
        catch (ProviderException)
        {
            // There may be none yet, and the job's state is worth telling without.
        }
        finally
        {
            _texts.Release();
        }

        return report;
    }

    private async Task<string?> ReadEndAsync(LaunchOrder order, JobRecord job, CancellationToken cancellationToken)
    {
        await _texts.WaitAsync(cancellationToken);
        try
        {
            return await consoles.EndAsync(order, await provider.OutputAsync(job.Number, cancellationToken), cancellationToken);
        }
        catch (ProviderException ex)
        {
            // A job that never began has written nothing.
            return ex.Trouble == ProviderTrouble.NotFound && job.StartedAt is null ? "" : null;
        }
        finally
        {
            _texts.Release();
        }
    }

    private async Task<LaunchReport> StopAsync(
        LaunchOrder order, LaunchReport report, Func<long, CancellationToken, Task> stop, CancellationToken cancellationToken)
    {
        try
        {
            await stop(order.JobNumber!.Value, cancellationToken);
        }
        catch (ProviderException ex) when (ex.Trouble is ProviderTrouble.NotFound or ProviderTrouble.Refused)
        {
            // It is over, or in no state for this: a look tells.
        }

        return await LookAsync(order, report, null, cancellationToken);
    }

    [LoggerMessage(EventId = 1, Message = "Launch {Id} was not submitted, by this silo's own policy: {Reason}")]
    private partial void NotSent(LogLevel level, string id, string reason);
}
