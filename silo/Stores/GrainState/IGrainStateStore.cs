namespace OrleansHybrid.Stores.GrainState;

/// <summary>
/// The state of grains, by name and key. Throws <see
/// cref="Domain.Decisions.StoreUnavailableException"/> when the database is unavailable.
/// </summary>
public interface IGrainStateStore
{
    /// <summary>What is kept; null when there never was anything.</summary>
    Task<StoredGrainState?> ReadAsync(string name, string key, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a state, or none, if the stored version is <paramref name="version"/> (0 where there is none yet). Returns the new
    /// version; null, and nothing is written, when another version is stored.
    /// </summary>
    Task<long?> WriteAsync(string name, string key, long version, byte[]? state, CancellationToken cancellationToken);
}

/// <summary>A state as it is kept; none when it was cleared.</summary>
public sealed record StoredGrainState(long Version, byte[]? State);
