namespace OrleansHybrid.Domain.Tasks;

/// <summary>The figures of the lease protocol; see docs/explanation/leases.md.</summary>
public static class LeasePolicy
{
    /// <summary>How long a claim grants: long enough to create a sandbox, short enough to get back what a lost answer carried.</summary>
    public static readonly TimeSpan FirstLease = TimeSpan.FromSeconds(10);

    /// <summary>How long a confirmed lease holds unless its code says otherwise.</summary>
    public const int DefaultLeaseSeconds = 60;

    /// <summary>How often a task may lose its runner unless its code says otherwise.</summary>
    public const int DefaultMaxLosses = 3;
}
