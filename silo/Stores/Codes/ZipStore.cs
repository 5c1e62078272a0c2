using OrleansHybrid.Domain.Codes;

namespace OrleansHybrid.Stores.Codes;

/// <summary>The bytes of zips, in either database.</summary>
internal sealed class ZipStore(IDatabase database) : IZipStore
{
    /// <summary>How long after its beginning an upload without a revision counts as dead.</summary>
    private static readonly TimeSpan LongestUpload = TimeSpan.FromHours(1);

    public Task BeginAsync(string revisionId, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        "zip_begin", row => row.FieldCount, cancellationToken,
        ("dead", (now - LongestUpload).Stored()), ("revision_id", revisionId), ("now", now.Stored()));

    public Task AddAsync(string revisionId, int piece, byte[] data, CancellationToken cancellationToken) => database.WriteAsync(
        "zip_add", row => row.FieldCount, cancellationToken, ("revision_id", revisionId), ("piece", piece), ("data", data));

    public async Task<byte[]> ReadAsync(string revisionId, int piece, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            "zip_read", row => row.Bytes(0), cancellationToken, ("revision_id", revisionId), ("piece", piece))).SingleOrDefault() ?? [];
}
