namespace OrleansHybrid.Runner.ControlPlane;

/// <summary>What the control plane says about one reported item.</summary>
internal static class ReportStatus
{
    public const string Accepted = "accepted";
    public const string Stale = "stale";
    public const string Full = "full";
}
