namespace OrleansHybrid.Runner.ControlPlane;

/// <summary>The control plane's answer to one reported item.</summary>
internal static class ReportStatus
{
    public const string Accepted = "accepted";
    public const string Stale = "stale";
    public const string Full = "full";
}
