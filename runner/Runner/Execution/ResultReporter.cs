using Microsoft.Extensions.Logging;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Runner.Link;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Execution;

/// <summary>
/// Sends results up, gathered while the call before is under way, again and again until each is accepted or refused as
/// stale. Until then its lease stays held, and so renewed, and the spool remembers it.
/// </summary>
internal sealed class ResultReporter(
    IControlPlane link,
    Session session,
    ResultSpool spool,
    Leases leases,
    TimeProvider time,
    Random chance,
    ILogger<ResultReporter> logger)
{
    private const int LargestBatch = 500;

    private readonly Lock _turn = new();
    private readonly List<TaskResult> _unreported = [];
    private readonly Backoff _backoff = Backoff.ForCalls(chance);
    private readonly Pulse _changed = new();

    public IReadOnlyList<TaskResult> Unreported
    {
        get
        {
            lock (_turn)
            {
                return [.. _unreported];
            }
        }
    }

    public void Add(TaskResult result)
    {
        lock (_turn)
        {
            _unreported.Add(result);
            if (!spool.Add(result))
            {
                logger.SpoolFull(result.Lease.TaskId);
            }
        }

        _changed.Beat();
    }

    /// <summary>Takes over what an earlier life of this runner could not report.</summary>
    public void Resume()
    {
        lock (_turn)
        {
            _unreported.AddRange(spool.Read());
        }
    }

    /// <summary>Ends when nothing is left to report.</summary>
    public async Task EmptyAsync(CancellationToken cancellationToken)
    {
        for (var change = _changed.Next; Unreported.Count > 0; change = _changed.Next)
        {
            await change.WaitAsync(cancellationToken);
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var most = LargestBatch;
        while (true)
        {
            var change = _changed.Next;
            var batch = Unreported.Take(most).ToList();
            if (batch.Count == 0)
            {
                await change.WaitAsync(cancellationToken);
                continue;
            }

            try
            {
                var request = new FinishRequest { Results = batch };
                Settle(batch, await link.FinishAsync(session.Credential, request, cancellationToken));
                most = LargestBatch;
            }
            catch (ControlPlaneException ex) when (ex.Trouble == LinkTrouble.Refused && batch.Count > 1)
            {
                // One result in the batch offends: sent one by one, the others get through.
                most = 1;
            }
            catch (ControlPlaneException ex) when (ex.Trouble == LinkTrouble.Refused)
            {
                logger.ResultRefused(batch[0].Lease.TaskId, ex.Message);
                Settle(batch, [ReportStatus.Stale]);
            }
            catch (ControlPlaneException ex) when (ex.Trouble == LinkTrouble.Passing)
            {
                logger.ResultsDelayed(batch.Count, ex.Message);
                await Task.Delay(_backoff.Failed(ex.RetryAfter), time, cancellationToken);
            }
        }
    }

    private void Settle(List<TaskResult> batch, IReadOnlyList<string> statuses)
    {
        _backoff.Succeeded();
        foreach (var (result, status) in batch.Zip(statuses))
        {
            leases.Remove(result.Lease);
            if (status == ReportStatus.Stale)
            {
                logger.ResultStale(result.Lease.TaskId, result.Lease.Attempt);
            }
        }

        lock (_turn)
        {
            _unreported.RemoveAll(batch.Contains);
            spool.Keep(_unreported);
        }

        _changed.Beat();
    }
}
