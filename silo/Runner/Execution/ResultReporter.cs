using Microsoft.Extensions.Logging;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Execution;

/// <summary>
/// Reports results, batched while the previous call is in flight, with retries until each is accepted or rejected as
/// stale. Until then its lease stays held, and so renewed, and the spool remembers it.
/// </summary>
internal sealed class ResultReporter(
    IControlPlaneClient controlPlane,
    RunnerSession session,
    ResultSpool spool,
    ActiveLeases leases,
    TimeProvider time,
    Random random,
    ILogger<ResultReporter> logger) : ISessionLoop
{
    private const int MaxBatchSize = 500;

    private readonly Lock _lock = new();
    private readonly List<TaskResult> _unreported = [];
    private readonly Backoff _backoff = Backoff.ForCalls(random);
    private readonly AsyncSignal _changed = new();

    public IReadOnlyList<TaskResult> Unreported
    {
        get
        {
            lock (_lock)
            {
                return [.. _unreported];
            }
        }
    }

    public void Add(TaskResult result)
    {
        lock (_lock)
        {
            _unreported.Add(result);
            if (!spool.Add(result))
            {
                logger.SpoolFull(result.Lease.TaskId);
            }
        }

        _changed.Signal();
    }

    /// <summary>Takes over results that an earlier run of this runner could not report.</summary>
    public void LoadSpooled()
    {
        lock (_lock)
        {
            _unreported.AddRange(spool.Read());
        }
    }

    /// <summary>Ends when nothing is left to report.</summary>
    public async Task WaitUntilEmptyAsync(CancellationToken cancellationToken)
    {
        for (var change = _changed.NextSignal; Unreported.Count > 0; change = _changed.NextSignal)
        {
            await change.WaitAsync(cancellationToken);
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var most = MaxBatchSize;
        while (true)
        {
            var change = _changed.NextSignal;
            var batch = Unreported.Take(most).ToList();
            if (batch.Count == 0)
            {
                await change.WaitAsync(cancellationToken);
                continue;
            }

            try
            {
                var request = new FinishRequest { Results = [.. batch] };
                ApplyStatuses(batch, await controlPlane.FinishAsync(session.Credential, request, cancellationToken));
                most = MaxBatchSize;
            }
            catch (ControlPlaneException ex) when (ex.Kind == ControlPlaneErrorKind.Rejected && batch.Count > 1)
            {
                // One result in the batch offends: sent one by one, the others get through.
                most = 1;
            }
            catch (ControlPlaneException ex) when (ex.Kind == ControlPlaneErrorKind.Rejected)
            {
                logger.ResultRejected(batch[0].Lease.TaskId, ex.Message);
                ApplyStatuses(batch, [ReportStatus.Stale]);
            }
            catch (ControlPlaneException ex) when (ex.Kind == ControlPlaneErrorKind.Transient)
            {
                logger.ResultsDelayed(batch.Count, ex.Message);
                await Task.Delay(_backoff.NextDelay(ex.RetryAfter), time, cancellationToken);
            }
        }
    }

    private void ApplyStatuses(List<TaskResult> batch, IReadOnlyList<string> statuses)
    {
        _backoff.Reset();
        foreach (var (result, status) in batch.Zip(statuses))
        {
            leases.Remove(result.Lease);
            if (status == ReportStatus.Stale)
            {
                logger.ResultStale(result.Lease.TaskId, result.Lease.Attempt);
            }
        }

        lock (_lock)
        {
            _unreported.RemoveAll(batch.Contains);
            spool.ReplaceWith(_unreported);
        }

        _changed.Signal();
    }
}
