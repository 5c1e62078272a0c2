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

    private readonly ConcurrentDictionary<LogPump, bool> _open = [];
    private readonly LogBudget _budget = new(LargestHeap, meter.LogDropped);
    private readonly Backoff _backoff = Backoff.ForCalls(chance);
    private readonly Pulse _written = new();
    private readonly Pulse _hurry = new();
    private readonly Pulse _failed = new();
    private volatile bool _failing;

    public LogPump Open(LeaseRef lease, long? limit = null)
    {
        var pump = new LogPump(lease, limit ?? limitPerLog, _budget, OnWritten);
        _open[pump] = true;
        return pump;
    }

    /// <summary>
    /// Sends what is left, at most for two seconds, and not at all while the control plane refuses logs: the result is
    /// worth more than the end of the log. False when not all of it was taken until then.
    /// </summary>
    public async Task<bool> CloseAsync(LogPump pump, CancellationToken cancellationToken)
    {
        var failure = _failed.Next;
        pump.Complete();
        if (!_failing)
        {
            await Waiting.ForAsync(Task.WhenAny(pump.Drained, failure), TailTime, time, cancellationToken);
        }

        return pump.IsWhole;
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (more, soon) = (_written.Next, _hurry.Next);
            var batch = Gather();
            if (batch.Count > 0)
            {
                await SendAsync(batch, cancellationToken);
            }
            else
            {
                await more.WaitAsync(cancellationToken);
                await Waiting.ForAsync(soon, GatherTime, time, cancellationToken);
            }
        }
    }

    private void OnWritten(bool urgent)
    {
        if (urgent)
        {
            _hurry.Beat();
        }

        _written.Beat();
    }

    private List<(LogPump Pump, LogPiece Piece)> Gather()
    {
        var batch = new List<(LogPump, LogPiece)>();
        var room = LargestCall;
        foreach (var pump in _open.Keys)
        {
            if (pump.Drained.IsCompleted)
            {
                _open.TryRemove(pump, out _);
            }
            else if (room > 0 && pump.Take(Math.Min(room, LargestPiece)) is { } piece)
            {
                batch.Add((pump, piece));
                room -= piece.Data.Length;
            }
        }

        return batch;
    }

    private async Task SendAsync(List<(LogPump Pump, LogPiece Piece)> batch, CancellationToken cancellationToken)
    {
        var request = new LogRequest { Pieces = [.. batch.Select(item => item.Piece)] };
        while (true)
        {
            try
            {
                Settle(batch, await link.LogAsync(session.Credential, request, cancellationToken));
                return;
            }
            catch (ControlPlaneException ex) when (ex.Trouble == LinkTrouble.Refused)
            {
                logger.LogsRefused(batch.Count, ex.Message);
                Settle(batch, [.. batch.Select(_ => ReportStatus.Full)]);
                return;
            }
            catch (ControlPlaneException ex) when (ex.Trouble == LinkTrouble.Passing)
            {
                _failing = true;
                _failed.Beat();
                logger.LogsDelayed(ex.Message);
                await Task.Delay(_backoff.Failed(ex.RetryAfter), time, cancellationToken);
            }
        }
    }

    private void Settle(List<(LogPump Pump, LogPiece Piece)> batch, IReadOnlyList<string> statuses)
    {
        _failing = false;
        _backoff.Succeeded();
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
