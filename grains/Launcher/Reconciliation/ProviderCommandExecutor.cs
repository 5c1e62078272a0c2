using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Launcher.Reconciliation;

/// <summary>
/// Executes a launcher's commands at the provider, and returns the result of each. What a job is, <see cref="ProviderJobBuilder"/> says, and
/// not the command.
/// </summary>
internal sealed partial class ProviderCommandExecutor(
    ILaunchProvider provider,
    ProviderJobBuilder builder,
    ConsoleCollector collector,
    LauncherAccount account,
    TimeProvider time,
    ILogger<ProviderCommandExecutor> log) : IDisposable
{
    /// <summary>With more jobs than this, one list of all replaces a call for each.</summary>
    public const int MaxSingleStatusCalls = 3;

    private const int MaxRemembered = 10_000;

    // Each may have the most bytes that are taken of one, however many jobs end together.
    private const int MaxConcurrentTexts = 3;

    /// <summary>
    /// A submission that has not begun so long after its command was taken is left, and one that was begun is waited for so
    /// long: together less than the time after which the launcher trusts that a job it can't find is not coming.
    /// </summary>
    public static readonly TimeSpan SubmissionTimeout = TimeSpan.FromSeconds(15);

    /// <summary>How long one command may take.</summary>
    public static readonly TimeSpan MaxCallDuration = TimeSpan.FromSeconds(40);

    private readonly Lock _turn = new();
    private readonly LruCache<string, bool> _sent = new(MaxRemembered);
    private readonly SemaphoreSlim _texts = new(MaxConcurrentTexts, MaxConcurrentTexts);

    /// <summary>Submits; what has begun is not cut off by the silo's end. The commands were asked for at this timestamp.</summary>
    public async Task<ProviderResult[]> SubmitAsync(IReadOnlyList<ProviderCommand> commands, long askedAt)
    {
        var lists = new ProviderJobSnapshot(provider, CancellationToken.None);
        return await Task.WhenAll(commands.Select((command, place) => TryAsync(
            command, (report, cancellationToken) => SubmitAsync(command, place, report, lists, askedAt, cancellationToken), CancellationToken.None)));
    }

    /// <inheritdoc />
    public void Dispose() => _texts.Dispose();

    /// <summary>Executes all other commands. The reconciliation's result comes first, since its data is the oldest.</summary>
    public async Task<ProviderResult[]> ExecuteAsync(IReadOnlyList<ProviderCommand> commands, CancellationToken cancellationToken)
    {
        collector.RemoveStale();
        var lists = new ProviderJobSnapshot(provider, cancellationToken);
        var together = commands.Count(command => command.Action == ProviderAction.Poll) > MaxSingleStatusCalls;
        return await Task.WhenAll(commands
            .OrderBy(command => command.Action != ProviderAction.Reconcile)
            .Select(command => TryAsync(command, (report, patience) => command.Action switch
            {
                ProviderAction.FindByLabel => FindAsync(report, lists.ListAllAsync().WaitAsync(patience), job => job.Label == command.Label),
                ProviderAction.Reconcile => ReconcileAsync(report, lists.ListActiveAsync().WaitAsync(patience), command.Label),
                ProviderAction.Poll => PollJobAsync(command, report, together ? lists : null, patience),
                ProviderAction.Shutdown => StopAsync(command, report, provider.ShutdownAsync, patience),
                ProviderAction.Terminate => StopAsync(command, report, provider.TerminateAsync, patience),
                _ => throw new ArgumentOutOfRangeException(nameof(commands), command.Action, "not a command of this kind"),
            }, cancellationToken)));
    }

    private async Task<ProviderResult> TryAsync(
        ProviderCommand command, Func<ProviderResult, CancellationToken, Task<ProviderResult>> work, CancellationToken cancellationToken)
    {
        var report = new ProviderResult
        {
            Action = command.Action,
            LaunchId = command.LaunchId,
            Attempt = command.Attempt,
            JobNumber = command.JobNumber,
            KeyGeneration = account.KeyVersion(),
        };
        using var patience = new CancellationTokenSource(MaxCallDuration, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await work(report, both.Token);
        }
        catch (ProviderException ex)
        {
            return report with { Error = ex.Kind };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return report with { Error = ProviderErrorKind.Unreachable };
        }
    }

    private async Task<ProviderResult> SubmitAsync(
        ProviderCommand command, int position, ProviderResult report, ProviderJobSnapshot lists, long askedAt, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(askedAt) > SubmissionTimeout)
        {
            return report with { Error = ProviderErrorKind.Busy };
        }

        var built = await builder.BuildAsync(command, cancellationToken);
        report = report with { PolicyVersion = built.PolicyVersion };
        if (built.Job is not { } job)
        {
            NotSubmitted(built.ErrorKind == ProviderErrorKind.Forbidden ? LogLevel.Error : LogLevel.Debug, command.LaunchId, built.Reason);
            return report with { Error = built.ErrorKind, Reason = built.Reason };
        }

        if (WasSent(job.Label) && (await lists.ListAllAsync().WaitAsync(cancellationToken)).FirstOrDefault(known => known.Label == job.Label) is { } sent)
        {
            return report with { Jobs = [sent] };
        }

        if (account.CountsForeignJobs() && (await lists.ListActiveAsync().WaitAsync(cancellationToken)).Count(other => !other.IsOver) + position >= builder.MaxActiveJobs)
        {
            return report with { Error = ProviderErrorKind.Busy };
        }

        var number = await provider.SubmitAsync(job, cancellationToken);
        return report with { Jobs = [new JobRecord { Number = number, State = ReportedJobState.Queued }] };
    }

    // Whatever the command says: a job that was submitted once is searched for before it is submitted again.
    private bool WasSent(string label)
    {
        lock (_turn)
        {
            var was = _sent[label];
            _sent[label] = true;
            return was;
        }
    }

    private static async Task<ProviderResult> FindAsync(
        ProviderResult report, Task<IReadOnlyList<JobRecord>> jobs, Func<JobRecord, bool> wanted) =>
        report with { Jobs = [.. (await jobs).Where(wanted)] };

    private static async Task<ProviderResult> ReconcileAsync(ProviderResult report, Task<IReadOnlyList<JobRecord>> living, string ownPrefix)
    {
        var ours = (await living).ToLookup(job => job.HasLabelPrefix(ownPrefix));
        return report with { Jobs = [.. ours[true]], ForeignJobs = ours[false].Count(job => !job.IsOver) };
    }

    private async Task<ProviderResult> PollJobAsync(ProviderCommand command, ProviderResult report, ProviderJobSnapshot? lists, CancellationToken cancellationToken)
    {
        var number = command.JobNumber!.Value;
        var listed = lists is null ? null : (await lists.ListActiveAsync()).FirstOrDefault(job => job.Number == number);
        if ((listed ?? await provider.StatusAsync(number, cancellationToken)) is not { } job)
        {
            return report with { Error = ProviderErrorKind.NotFound };
        }

        report = report with { Jobs = [job] };
        return command.LaunchId.Length == 0 || job.State is ReportedJobState.Queued or ReportedJobState.Unknown ? report
            : job.State == ReportedJobState.Running ? await ReadTailAsync(command, report, cancellationToken)
            : report with { OutputTail = await ReadOutputAsync(command, job, cancellationToken) };
    }

    private async Task<ProviderResult> ReadTailAsync(ProviderCommand command, ProviderResult report, CancellationToken cancellationToken)
    {
        await _texts.WaitAsync(cancellationToken);
        try
        {
            await collector.CollectAsync(command, await provider.TailAsync(command.JobNumber!.Value, cancellationToken), cancellationToken);
        }
        catch (ProviderException)
        {
            // There may be no console yet; the job's state is reported without it.
        }
        finally
        {
            _texts.Release();
        }

        return report;
    }

    private async Task<string?> ReadOutputAsync(ProviderCommand command, JobRecord job, CancellationToken cancellationToken)
    {
        await _texts.WaitAsync(cancellationToken);
        try
        {
            return await collector.CollectFinalAsync(command, await provider.OutputAsync(job.Number, cancellationToken), cancellationToken);
        }
        catch (ProviderException ex)
        {
            // A job that never began has written nothing.
            return ex.Kind == ProviderErrorKind.NotFound && job.StartedAt is null ? "" : null;
        }
        finally
        {
            _texts.Release();
        }
    }

    private async Task<ProviderResult> StopAsync(
        ProviderCommand command, ProviderResult report, Func<long, CancellationToken, Task> stop, CancellationToken cancellationToken)
    {
        try
        {
            await stop(command.JobNumber!.Value, cancellationToken);
        }
        catch (ProviderException ex) when (ex.Kind is ProviderErrorKind.NotFound or ProviderErrorKind.Refused)
        {
            // It has ended, or is in no state for this: the poll shows which.
        }

        return await PollJobAsync(command, report, null, cancellationToken);
    }

    [LoggerMessage(EventId = 1, Message = "Launch {Id} not submitted, rejected by this silo's policy: {Reason}")]
    private partial void NotSubmitted(LogLevel level, string id, string reason);
}

/// <summary>The jobs of an account for one batch of commands: listed once, and only when a command needs them.</summary>
internal sealed class ProviderJobSnapshot(ILaunchProvider provider, CancellationToken cancellationToken)
{
    private readonly Lazy<Task<IReadOnlyList<JobRecord>>> _active = new(() => provider.JobsAsync(ended: false, cancellationToken));

    /// <summary>Those that have not ended.</summary>
    public Task<IReadOnlyList<JobRecord>> ListActiveAsync() => _active.Value;

    /// <summary>All jobs. The active ones are listed first, so that one that ends in between is not missed.</summary>
    public async Task<IReadOnlyList<JobRecord>> ListAllAsync()
    {
        var living = await ListActiveAsync();
        return [.. living, .. await provider.JobsAsync(ended: true, cancellationToken)];
    }
}
