namespace OrleansHybrid.Grains.Clusters;

/// <summary>Generates lease tokens; injected, so that tests control the randomness.</summary>
public interface ILeaseTokenGenerator
{
    /// <summary>A new token: 32 random hex digits.</summary>
    string NewToken();
}
