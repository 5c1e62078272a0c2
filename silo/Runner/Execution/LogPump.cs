using System.Text;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Runner.Execution;

/// <summary>
/// One attempt's log on its way up. Writing never waits: what finds no room, because the log is at its limit or the
/// control plane does not keep up, goes into a small ring that keeps the newest bytes; what falls out of the ring is
/// counted, and one line in the log says how much is missing.
/// </summary>
internal sealed class LogPump(LeaseRef lease, long limit, LogBudget budget, Action<bool> onWritten)
{
    private const int MaxMarkerLength = 128;
    private const int MaxRingBytes = 64 * 1024;

    // A heap of this size is not kept waiting for more.
    private const int FlushThreshold = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly OutputQueue _waiting = new();
    private readonly OutputRing _ring = new((int)Math.Min(MaxRingBytes, limit / 4));
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _taken;
    private bool _isInFlight;
    private bool _completed;
    private bool _abandoned;

    public LeaseRef Lease { get; } = lease;

    /// <summary>Ends when all there is was delivered, or nothing more can be.</summary>
    public Task Drained => _drained.Task;

    /// <summary>True when the program has ended and all that is to be kept of its log was delivered.</summary>
    public bool IsFullyDelivered
    {
        get
        {
            lock (_lock)
            {
                return !_abandoned && _drained.Task.IsCompleted;
            }
        }
    }

    // The end of a log matters most: space for the ring and its marker is reserved.
    private long RemainingBytes => Math.Max(0, limit - _ring.Capacity - MaxMarkerLength - _taken - _waiting.Count);

    public void Write(OutputStream stream, ReadOnlySpan<byte> output)
    {
        bool urgent;
        lock (_lock)
        {
            if (_completed || _abandoned)
            {
                return;
            }

            var fits = _ring.IsEmpty ? budget.Reserve((int)Math.Min(RemainingBytes, output.Length)) : 0;
            var weight = _waiting.Weight + fits;
            _waiting.Add(stream, output[..fits]);
            budget.ReserveUnconditionally(_waiting.Weight - weight);
            _ring.Add(stream, output[fits..]);
            urgent = _waiting.Count >= FlushThreshold;
        }

        onWritten(urgent);
    }

    /// <summary>The next piece, at most <paramref name="maxBytes"/> bytes; null when there is none.</summary>
    public LogUploadChunk? TakeChunk(int maxBytes)
    {
        lock (_lock)
        {
            if (!_ring.IsEmpty && _ring.Count + MaxMarkerLength <= RemainingBytes)
            {
                FlushRing();
            }

            if (_waiting.Count == 0)
            {
                return null;
            }

            var weight = _waiting.Weight;
            var (data, runs) = _waiting.Take(maxBytes, LogUploadChunk.MaxRuns);
            budget.Release(weight - _waiting.Weight);
            var piece = new LogUploadChunk { Lease = Lease, Offset = _taken, Data = data, Runs = runs };
            _taken += data.Length;
            _isInFlight = true;
            return piece;
        }
    }

    /// <summary>The last piece taken has arrived.</summary>
    public void MarkDelivered()
    {
        lock (_lock)
        {
            _isInFlight = false;
            CompleteIfDrained();
        }
    }

    /// <summary>The program has ended: the newest bytes follow, and nothing after them.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            if (!_completed && !_abandoned && !_ring.IsEmpty)
            {
                FlushRing();
            }

            _completed = true;
            CompleteIfDrained();
        }

        onWritten(true);
    }

    /// <summary>Nothing more of this log is wanted.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _abandoned = true;
            budget.Release(_waiting.Weight);
            _waiting.Clear();
            _ring.Clear();
        }

        _drained.TrySetResult();
    }

    private void CompleteIfDrained()
    {
        if (_completed && !_isInFlight && _waiting.Count == 0)
        {
            _drained.TrySetResult();
        }
    }

    private void FlushRing()
    {
        var weight = _waiting.Weight;
        if (_ring.Lost > 0)
        {
            budget.RecordDropped(_ring.Lost);

            // As output, so that it shows in both logs.
            _waiting.Add(
                OutputStream.Out, Encoding.UTF8.GetBytes($"\n[{_ring.Lost} bytes of the log are left out here]\n"));
        }

        _ring.MoveTo(_waiting);
        budget.ReserveUnconditionally(_waiting.Weight - weight);
    }
}
