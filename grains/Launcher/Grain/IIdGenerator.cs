namespace OrleansHybrid.Launcher.Grain;

/// <summary>Generates ids of launches; injected, so that tests control the randomness.</summary>
public interface IIdGenerator
{
    /// <summary>A new id: 24 hex digits that sort by time.</summary>
    string New();

    /// <summary>A random marker: 32 hex digits.</summary>
    string NewMarker();
}
