namespace OrleansHybrid.Grains.Tasks;

/// <summary>The spans of tasks on the control plane.</summary>
public static class TaskActivities
{
    /// <summary>The name of this product's source of spans.</summary>
    public const string SourceName = "OrleansHybrid";
}
