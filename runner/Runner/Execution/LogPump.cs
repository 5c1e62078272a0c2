using System.Text;
using OrleansHybrid.Contracts.Runners;

namespace OrleansHybrid.Runner.Execution;

/// <summary>
/// One attempt's log on its way up. Writing never waits: what finds no room, because the log is at its limit or the
/// control plane does not keep up, goes into a small ring that keeps the newest bytes; what falls out of the ring is
/// counted, and one line in the log says how much is missing.
/// </summary>
internal sealed class LogPump(LeaseRef lease, long limit, LogBudget budget, Action<bool> written)
{
    private const int LongestMark = 128;
    private const int LargestRing = 64 * 1024;

    // A heap of this size is not kept waiting for more.
    private const int WorthSending = 256 * 1024;

    private readonly Lock turn = new();
    private readonly OutputQueue waiting = new();
    private readonly OutputRing ring = new((int)Math.Min(LargestRing, limit / 4));
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long taken;
    private bool underWay;
    private bool completed;
    private bool abandoned;

    public LeaseRef Lease { get; } = lease;

    /// <summary>Ends when all there is was delivered, or nothing more can be.</summary>
    public Task Drained => drained.Task;

    /// <summary>True when the program has ended and all that is to be kept of its log was delivered.</summary>
    public bool IsWhole
    {
        get
        {
            lock (turn)
            {
                return !abandoned && drained.Task.IsCompleted;
            }
        }
    }

    // The end of a log tells most: room for the ring and its mark is set aside.
    private long Room => Math.Max(0, limit - ring.Capacity - LongestMark - taken - waiting.Count);

    public void Write(OutputStream stream, ReadOnlySpan<byte> output)
    {
        bool urgent;
        lock (turn)
        {
            if (completed || abandoned)
            {
                return;
            }

            var fits = ring.IsEmpty ? budget.Take((int)Math.Min(Room, output.Length)) : 0;
            var weight = waiting.Weight + fits;
            waiting.Add(stream, output[..fits]);
            budget.Force(waiting.Weight - weight);
            ring.Add(stream, output[fits..]);
            urgent = waiting.Count >= WorthSending;
        }

        written(urgent);
    }

    /// <summary>The next piece, at most <paramref name="most"/> bytes; null when there is none.</summary>
    public LogPiece? Take(int most)
    {
        lock (turn)
        {
            if (!ring.IsEmpty && ring.Count + LongestMark <= Room)
            {
                Unroll();
            }

            if (waiting.Count == 0)
            {
                return null;
            }

            var weight = waiting.Weight;
            var (data, runs) = waiting.Take(most, LogPiece.MostRuns);
            budget.Return(weight - waiting.Weight);
            var piece = new LogPiece { Lease = Lease, Offset = taken, Data = data, Runs = runs };
            taken += data.Length;
            underWay = true;
            return piece;
        }
    }

    /// <summary>The last piece taken has arrived.</summary>
    public void Delivered()
    {
        lock (turn)
        {
            underWay = false;
            EndWhenEmpty();
        }
    }

    /// <summary>The program has ended: the newest bytes follow, and nothing after them.</summary>
    public void Complete()
    {
        lock (turn)
        {
            if (!completed && !abandoned && !ring.IsEmpty)
            {
                Unroll();
            }

            completed = true;
            EndWhenEmpty();
        }

        written(true);
    }

    /// <summary>Nothing more of this log is wanted.</summary>
    public void Abandon()
    {
        lock (turn)
        {
            abandoned = true;
            budget.Return(waiting.Weight);
            waiting.Clear();
            ring.Clear();
        }

        drained.TrySetResult();
    }

    private void EndWhenEmpty()
    {
        if (completed && !underWay && waiting.Count == 0)
        {
            drained.TrySetResult();
        }
    }

    private void Unroll()
    {
        var weight = waiting.Weight;
        if (ring.Lost > 0)
        {
            budget.Drop(ring.Lost);

            // As output, so that a reader of either log is told.
            waiting.Add(
                OutputStream.Out, Encoding.UTF8.GetBytes($"\n[{ring.Lost} bytes of the log are left out here]\n"));
        }

        ring.Empty(waiting);
        budget.Force(waiting.Weight - weight);
    }
}
