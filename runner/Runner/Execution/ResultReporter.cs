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

    private readonly Lock turn = new();
    private readonly List<TaskResult> unreported = [];
    private readonly Backoff backoff = Backoff.ForCalls(chance);
    private readonly Pulse changed = new();

    public IReadOnlyList<TaskResult> Unreported
    {
        get
        {
            lock (turn)
            {
                return [.. unreported];
            }
        }
    }

    public void Add(TaskResult result)
    {
        lock (turn)
        {
            unreported.Add(result);
            if (!spool.Add(result))
            {
                logger.SpoolFull(result.Lease.TaskId);
            }
        }

        changed.Beat();
    }

    /// <summary>Takes over what an earlier life of this runner could not report.</summary>
    public void Resume()
    {
        lock (turn)
        {
            unreported.AddRange(spool.Read());
        }
    }

    /// <summary>Ends when nothing is left to report.</summary>
    public async Task EmptyAsync(CancellationToken cancel)
    {
        for (var change = changed.Next; Unreported.Count > 0; change = changed.Next)
        {
            await change.WaitAsync(cancel);
        }
    }

    public async Task RunAsync(CancellationToken end)
    {
        var most = LargestBatch;
        while (true)
        {
            var change = changed.Next;
            var batch = Unreported.Take(most).ToList();
            if (batch.Count == 0)
            {
                await change.WaitAsync(end);
                continue;
            }

            try
            {
                var request = new FinishRequest { Results = batch };
                Settle(batch, await link.FinishAsync(session.Credential, request, end));
                most = LargestBatch;
            }
            catch (ControlPlaneException e) when (e.Trouble == LinkTrouble.Refused && batch.Count > 1)
            {
                // One result in the batch offends: sent one by one, the others get through.
                most = 1;
            }
            catch (ControlPlaneException e) when (e.Trouble == LinkTrouble.Refused)
            {
                logger.ResultRefused(batch[0].Lease.TaskId, e.Message);
                Settle(batch, [ReportStatus.Stale]);
            }
            catch (ControlPlaneException e) when (e.Trouble == LinkTrouble.Passing)
            {
                logger.ResultsDelayed(batch.Count, e.Message);
                await Task.Delay(backoff.Failed(e.RetryAfter), time, end);
            }
        }
    }

    private void Settle(List<TaskResult> batch, IReadOnlyList<string> statuses)
    {
        backoff.Succeeded();
        foreach (var (result, status) in batch.Zip(statuses))
        {
            leases.Remove(result.Lease);
            if (status == ReportStatus.Stale)
            {
                logger.ResultStale(result.Lease.TaskId, result.Lease.Attempt);
            }
        }

        lock (turn)
        {
            unreported.RemoveAll(batch.Contains);
            spool.Keep(unreported);
        }

        changed.Beat();
    }
}
