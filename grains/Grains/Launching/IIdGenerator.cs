namespace OrleansHybrid.Grains.Launching;

/// <summary>Where the ids of launches come from: chance is handed in.</summary>
public interface IIdGenerator
{
    /// <summary>A new id: 24 hex digits that sort by time.</summary>
    string New();

    /// <summary>A word of chance: 32 hex digits.</summary>
    string NewMarker();
}
