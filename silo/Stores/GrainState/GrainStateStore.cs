namespace OrleansHybrid.Stores.GrainState;

/// <summary>What grains keep for themselves, in either database.</summary>
internal sealed class GrainStateStore(IDatabase database) : IGrainStateStore
{
    public async Task<StoredGrainState?> ReadAsync(string name, string key, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            "grain_state", row => new StoredGrainState(row.GetInt64(0), row.GetByteArrayOrNull(1)), cancellationToken, ("name", name), ("key", key)))
            .SingleOrDefault();

    public async Task<long?> WriteAsync(string name, string key, long version, byte[]? state, CancellationToken cancellationToken)
    {
        var written = version == 0
            ? await database.WriteAsync(
                "grain_state_add", row => row.GetInt64(0), cancellationToken, ("name", name), ("key", key), ("state", state))
            : await database.WriteAsync(
                "grain_state_write", row => row.GetInt64(0), cancellationToken,
                ("name", name), ("key", key), ("version", version), ("state", state));
        return written.Count == 1 ? written[0] : null;
    }
}
