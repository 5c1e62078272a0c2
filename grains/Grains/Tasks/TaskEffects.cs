using System.Diagnostics;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Grains.Runners;

namespace OrleansHybrid.Grains.Tasks;

/// <summary>Dispatches effects once the rows are written. All are one-way; background services repeat lost ones.</summary>
public static class TaskEffects
{
    /// <summary>Does the effects of many steps, one message a cluster.</summary>
    public static void Publish(IGrainFactory grains, IEnumerable<Transition<TaskState>> transitions) =>
        Publish(grains, transitions.SelectMany(step => step.Effects));

    /// <summary>Does effects, one message a cluster.</summary>
    public static void Publish(IGrainFactory grains, IEnumerable<Effect> effects)
    {
        var offers = new Dictionary<string, HashSet<LaneAvailability>>();
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case TaskEffect.Offered offered:
                    Add(offers, offered);
                    break;
                case TaskEffect.SlotFreed(var cluster, var lane, var priority, var labels):
                    Add(offers, new TaskEffect.Offered(cluster, lane, priority, labels));
                    break;
                case TaskEffect.Retried({ } task):
                    TaskMetrics.RecordQueued(1, TaskSource.Retry);
                    if (task.DueAt is null)
                    {
                        Add(offers, TaskEffect.Offered.Of(task));
                    }

                    break;
                case TaskEffect.StopRequested(var cluster, var lease):
                    _ = grains.GetGrain<IClusterDispatchGrain>(cluster).Stop(lease);
                    _ = grains.GetGrain<ISessionCommands>(lease.SessionId).Stop(lease);
                    break;
                default:
                    throw new UnreachableException($"effect {effect}");
            }
        }

        foreach (var (cluster, lanes) in offers)
        {
            _ = grains.GetReference<IClusterDispatchGrain>(cluster).Offer([.. lanes]);
        }
    }

    private static void Add(Dictionary<string, HashSet<LaneAvailability>> offers, TaskEffect.Offered offered)
    {
        if (!offers.TryGetValue(offered.ClusterId, out var lanes))
        {
            offers[offered.ClusterId] = lanes = [];
        }

        lanes.Add(LaneAvailability.Of(offered));
    }
}
