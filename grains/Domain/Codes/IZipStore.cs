namespace OrleansHybrid.Domain.Codes;

/// <summary>
/// The bytes of zips, in pieces, so that none is ever in memory as a whole. They come before the revision that they belong
/// to; what never gets its revision is removed some time later.
/// </summary>
public interface IZipStore
{
    /// <summary>How many bytes a piece has; the last one may have fewer.</summary>
    const int PieceSize = 1 << 20;

    /// <summary>The zip of the revision with this id is about to come.</summary>
    Task BeginAsync(string revisionId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>One piece, numbered from 0.</summary>
    Task AddAsync(string revisionId, int piece, byte[] data, CancellationToken cancellationToken);

    /// <summary>One piece; empty when there is none of that number.</summary>
    Task<byte[]> ReadAsync(string revisionId, int piece, CancellationToken cancellationToken);
}
