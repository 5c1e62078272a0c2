using OrleansHybrid.Domain.Codes;

namespace OrleansHybrid.Stores.Codes;

/// <summary>The bytes of zips, in either database.</summary>
internal sealed class ZipStore(IDatabase database) : IZipStore
{
    /// <summary>How long after its beginning an upload without a revision counts as dead.</summary>
    private static readonly TimeSpan MaxUploadTime = TimeSpan.FromHours(1);

    public Task BeginAsync(string revisionId, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        "zip_begin", row => row.FieldCount, cancellationToken,
        ("dead", (now - MaxUploadTime).ToStored()), ("revision_id", revisionId), ("now", now.ToStored()));

    public Task AddAsync(string revisionId, int piece, byte[] data, CancellationToken cancellationToken) => database.WriteAsync(
        "zip_add", row => row.FieldCount, cancellationToken, ("revision_id", revisionId), ("piece", piece), ("data", data));

    public async Task<byte[]> ReadAsync(string revisionId, int piece, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            "zip_read", row => row.GetByteArray(0), cancellationToken, ("revision_id", revisionId), ("piece", piece))).SingleOrDefault() ?? [];
}
