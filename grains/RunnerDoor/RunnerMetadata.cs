namespace Orleans.Hybrid.RunnerDoor;

/// <summary>What silos tell each other about themselves.</summary>
public static class RunnerMetadata
{
    /// <summary>The name under which a silo says which runner it is; those of the control plane say nothing there.</summary>
    public const string Runner = "runner";
}
