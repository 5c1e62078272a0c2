using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Grains.Clusters;

/// <summary>A cluster grain's view of its lanes: where tasks may wait, and up to which key none do.</summary>
internal sealed class LaneCursors
{
    /// <summary>How many heads one claim merges; the rest take their turn in the next.</summary>
    private const int MaxCursors = 256;

    private readonly Dictionary<(long Lane, int Priority), LaneState> _lanes = [];
    private long _takes;

    /// <summary>Tasks wait there.</summary>
    public void Offer(IEnumerable<LaneAvailability> offers)
    {
        foreach (var offer in offers)
        {
            Offer(offer);
        }
    }

    private void Offer(LaneAvailability offer)
    {
        if (!_lanes.TryGetValue((offer.Lane, offer.Priority), out var head))
        {
            _lanes[(offer.Lane, offer.Priority)] = head = new LaneState { RequiredLabels = offer.RequiredLabels };
        }

        head.Offers++;
        head.Waiting = true;
        if (offer.Rescan)
        {
            head.After = 0;
        }
    }

    /// <summary>
    /// Where a claim for runners with these labels would look now, highest priority first; empty when nothing seems to wait that they
    /// may take.
    /// </summary>
    public CursorSnapshot Take(LabelSet labels)
    {
        _takes++;
        return new CursorSnapshot(this, [.. _lanes
            .Where(head => head.Value.Waiting && labels.Covers(head.Value.RequiredLabels))
            .OrderByDescending(head => head.Key.Priority)
            .ThenBy(head => head.Value.Taken)
            .Take(MaxCursors)
            .Select(head => (head.Key, head.Value, head.Value.Take(_takes)))]);
    }

    /// <summary>The cursors that one claim uses, with what was known when it began.</summary>
    public sealed class CursorSnapshot(
        LaneCursors owner, IReadOnlyList<((long Lane, int Priority) Key, LaneState Head, long Offers)> lanes)
    {
        /// <summary>The heads as the store takes them.</summary>
        public IReadOnlyList<LaneCursor> Cursors { get; } =
            [.. lanes.Select(used => new LaneCursor(used.Key.Lane, used.Key.Priority, used.Head.After))];

        /// <summary>Learns from the claim's answer.</summary>
        public void Update(IReadOnlyList<ClaimedTask> claimed, bool exhausted)
        {
            foreach (var task in claimed)
            {
                var head = owner._lanes[(task.Lane, task.Priority)];
                head.After = Math.Max(head.After, task.Key);
            }

            // A claim that found nothing behind the cursors does not prove that nothing is before them: rescan once.
            var rescan = claimed.Count == 0 && Cursors.Any(head => head.After > 0);
            foreach (var (_, head, offers) in lanes.Where(_ => exhausted))
            {
                head.After = rescan ? 0 : head.After;
                head.Waiting = rescan || head.Offers != offers;
            }
        }
    }

    /// <summary>One lane and priority.</summary>
    public sealed class LaneState
    {
        /// <summary>The labels that a runner must have to take from here.</summary>
        public required LabelSet RequiredLabels { get; init; }

        /// <summary>Counts offers, so that one which arrives during a claim is not forgotten.</summary>
        public long Offers { get; set; }

        /// <summary>True when tasks may wait here.</summary>
        public bool Waiting { get; set; }

        /// <summary>No task waits at keys up to this one.</summary>
        public long After { get; set; }

        /// <summary>When it was last part of a claim: the longest-untouched go first when there are too many.</summary>
        public long Taken { get; private set; }

        /// <summary>Records the use and returns the number of offers so far.</summary>
        public long Take(long take)
        {
            Taken = take;
            return Offers;
        }
    }
}
