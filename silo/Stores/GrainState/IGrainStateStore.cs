namespace OrleansHybrid.Stores.GrainState;

/// <summary>
/// What grains keep for themselves and nobody lists, by name and key. Throws <see
/// cref="Domain.Decisions.StoreUnavailableException"/> when the database is away.
/// </summary>
public interface IGrainStateStore
{
    /// <summary>What is kept; null when there never was anything.</summary>
    Task<StoredGrainState?> ReadAsync(string name, string key, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps a state, or none, in place of that of <paramref name="version"/>, 0 where there is none yet. Gives the new
    /// version; null, and nothing is written, when another one is kept.
    /// </summary>
    Task<long?> WriteAsync(string name, string key, long version, byte[]? state, CancellationToken cancellationToken);
}

/// <summary>A state as it is kept; none when it was cleared.</summary>
public sealed record StoredGrainState(long Version, byte[]? State);
