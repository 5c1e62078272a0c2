using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.Telemetry;

namespace OrleansHybrid.Runner.Execution;

/// <summary>Gathers what all running tasks print and sends it up, many logs in one call, each in order.</summary>
internal sealed class LogShipper(
    IControlPlaneClient controlPlane, RunnerSession session, long limitPerLog, RunnerMeter meter, TimeProvider time, Random random, ILogger<LogShipper> logger) : ISessionLoop
{
    private const int MaxChunkBytes = 1024 * 1024;
    private const int MaxRequestBytes = 2 * 1024 * 1024;
    private const long MaxBufferedBytes = 32 * 1024 * 1024;

    private static readonly TimeSpan BatchDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<LogPump, bool> _open = [];
    private readonly LogBudget _budget = new(MaxBufferedBytes, meter.LogDropped);
    private readonly Backoff _backoff = Backoff.ForCalls(random);
    private readonly AsyncSignal _written = new();
    private readonly AsyncSignal _urgent = new();
    private readonly AsyncSignal _failed = new();
    private volatile bool _failing;

    public LogPump Open(LeaseRef lease, long? limit = null)
    {
        var pump = new LogPump(lease, limit ?? limitPerLog, _budget, OnWritten);
        _open[pump] = true;
        return pump;
    }

    /// <summary>
    /// Sends what is left, at most for two seconds, and not at all while the control plane rejects logs: the result is
    /// worth more than the end of the log. False when not all of it was taken until then.
    /// </summary>
    public async Task<bool> CloseAsync(LogPump pump, CancellationToken cancellationToken)
    {
        var failure = _failed.NextSignal;
        pump.Complete();
        if (!_failing)
        {
            await AsyncWait.WaitAsync(Task.WhenAny(pump.Drained, failure), FlushTimeout, time, cancellationToken);
        }

        return pump.IsFullyDelivered;
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (more, soon) = (_written.NextSignal, _urgent.NextSignal);
            var batch = CollectBatch();
            if (batch.Count > 0)
            {
                await SendAsync(batch, cancellationToken);
            }
            else
            {
                await more.WaitAsync(cancellationToken);
                await AsyncWait.WaitAsync(soon, BatchDelay, time, cancellationToken);
            }
        }
    }

    private void OnWritten(bool urgent)
    {
        if (urgent)
        {
            _urgent.Signal();
        }

        _written.Signal();
    }

    private List<(LogPump Pump, LogUploadChunk Piece)> CollectBatch()
    {
        var batch = new List<(LogPump, LogUploadChunk)>();
        var room = MaxRequestBytes;
        foreach (var pump in _open.Keys)
        {
            if (pump.Drained.IsCompleted)
            {
                _open.TryRemove(pump, out _);
            }
            else if (room > 0 && pump.TakeChunk(Math.Min(room, MaxChunkBytes)) is { } piece)
            {
                batch.Add((pump, piece));
                room -= piece.Data.Length;
            }
        }

        return batch;
    }

    private async Task SendAsync(List<(LogPump Pump, LogUploadChunk Piece)> batch, CancellationToken cancellationToken)
    {
        var request = new LogUploadRequest { Pieces = [.. batch.Select(item => item.Piece)] };
        while (true)
        {
            try
            {
                ApplyStatuses(batch, await controlPlane.LogAsync(session.Credential, request, cancellationToken));
                return;
            }
            catch (ControlPlaneException ex) when (ex.Kind == ControlPlaneErrorKind.Rejected)
            {
                logger.LogsRejected(batch.Count, ex.Message);
                ApplyStatuses(batch, [.. batch.Select(_ => ReportStatus.Full)]);
                return;
            }
            catch (ControlPlaneException ex) when (ex.Kind == ControlPlaneErrorKind.Transient)
            {
                _failing = true;
                _failed.Signal();
                logger.LogsDelayed(ex.Message);
                await Task.Delay(_backoff.NextDelay(ex.RetryAfter), time, cancellationToken);
            }
        }
    }

    private void ApplyStatuses(List<(LogPump Pump, LogUploadChunk Piece)> batch, IReadOnlyList<string> statuses)
    {
        _failing = false;
        _backoff.Reset();
        foreach (var ((pump, _), status) in batch.Zip(statuses))
        {
            if (status == ReportStatus.Accepted)
            {
                pump.MarkDelivered();
            }
            else
            {
                pump.Abandon();
            }
        }
    }
}
