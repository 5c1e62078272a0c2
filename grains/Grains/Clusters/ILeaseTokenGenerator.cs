namespace OrleansHybrid.Grains.Clusters;

/// <summary>Where the tokens of leases come from: chance is handed in.</summary>
public interface ILeaseTokenGenerator
{
    /// <summary>A new token: 32 hex digits of chance.</summary>
    string NewToken();
}
