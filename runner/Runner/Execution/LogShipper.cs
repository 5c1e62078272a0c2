using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Runner.Link;
using OrleansHybrid.Runner.Metrics;
using OrleansHybrid.Runner.Sessions;

namespace OrleansHybrid.Runner.Execution;

/// <summary>Gathers what all running tasks print and sends it up, many logs in one call, each in order.</summary>
internal sealed class LogShipper(
    IControlPlane link, Session session, long limitPerLog, RunnerMeter meter, TimeProvider time, Random chance, ILogger<LogShipper> logger)
{
    private const int LargestPiece = 1024 * 1024;
    private const int LargestCall = 2 * 1024 * 1024;
    private const long LargestHeap = 32 * 1024 * 1024;

    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TailTime = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<LogPump, bool> open = [];
    private readonly LogBudget budget = new(LargestHeap, meter.LogDropped);
    private readonly Backoff backoff = Backoff.ForCalls(chance);
    private readonly Pulse written = new();
    private readonly Pulse hurry = new();
    private readonly Pulse failed = new();
    private volatile bool failing;

    public LogPump Open(LeaseRef lease, long? limit = null)
    {
        var pump = new LogPump(lease, limit ?? limitPerLog, budget, OnWritten);
        open[pump] = true;
        return pump;
    }

    /// <summary>
    /// Sends what is left, at most for two seconds, and not at all while the control plane refuses logs: the result is
    /// worth more than the end of the log. False when not all of it was taken until then.
    /// </summary>
    public async Task<bool> CloseAsync(LogPump pump, CancellationToken cancel)
    {
        var failure = failed.Next;
        pump.Complete();
        if (!failing)
        {
            await Waiting.ForAsync(Task.WhenAny(pump.Drained, failure), TailTime, time, cancel);
        }

        return pump.IsWhole;
    }

    public async Task RunAsync(CancellationToken end)
    {
        while (true)
        {
            var (more, soon) = (written.Next, hurry.Next);
            var batch = Gather();
            if (batch.Count > 0)
            {
                await SendAsync(batch, end);
            }
            else
            {
                await more.WaitAsync(end);
                await Waiting.ForAsync(soon, GatherTime, time, end);
            }
        }
    }

    private void OnWritten(bool urgent)
    {
        if (urgent)
        {
            hurry.Beat();
        }

        written.Beat();
    }

    private List<(LogPump Pump, LogPiece Piece)> Gather()
    {
        var batch = new List<(LogPump, LogPiece)>();
        var room = LargestCall;
        foreach (var pump in open.Keys)
        {
            if (pump.Drained.IsCompleted)
            {
                open.TryRemove(pump, out _);
            }
            else if (room > 0 && pump.Take(Math.Min(room, LargestPiece)) is { } piece)
            {
                batch.Add((pump, piece));
                room -= piece.Data.Length;
            }
        }

        return batch;
    }

    private async Task SendAsync(List<(LogPump Pump, LogPiece Piece)> batch, CancellationToken end)
    {
        var request = new LogRequest { Pieces = [.. batch.Select(item => item.Piece)] };
        while (true)
        {
            try
            {
                Settle(batch, await link.LogAsync(session.Credential, request, end));
                return;
            }
            catch (ControlPlaneException e) when (e.Trouble == LinkTrouble.Refused)
            {
                logger.LogsRefused(batch.Count, e.Message);
                Settle(batch, [.. batch.Select(_ => ReportStatus.Full)]);
                return;
            }
            catch (ControlPlaneException e) when (e.Trouble == LinkTrouble.Passing)
            {
                failing = true;
                failed.Beat();
                logger.LogsDelayed(e.Message);
                await Task.Delay(backoff.Failed(e.RetryAfter), time, end);
            }
        }
    }

    private void Settle(List<(LogPump Pump, LogPiece Piece)> batch, IReadOnlyList<string> statuses)
    {
        failing = false;
        backoff.Succeeded();
        foreach (var ((pump, _), status) in batch.Zip(statuses))
        {
            if (status == ReportStatus.Accepted)
            {
                pump.Delivered();
            }
            else
            {
                pump.Abandon();
            }
        }
    }
}
