using System.Security.Cryptography;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Archives;

/// <summary>A zip being downloaded, in a file with another name than a whole one's; deleted when it is disposed uncommitted.</summary>
internal sealed class PartialZip(string path) : IDisposable
{
    private readonly FileStream _file = PrivateFile.Open(path, FileMode.Create, FileShare.None);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>How many bytes have come.</summary>
    public long Length { get; private set; }

    public async Task AddAsync(byte[] piece)
    {
        await _file.WriteAsync(piece);
        _hash.AppendData(piece);
        Length += piece.Length;
    }

    /// <summary>SHA-256 of what has come, as hex digits; nothing can be added after.</summary>
    public string Hash() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <summary>Makes it a whole zip, in one step.</summary>
    public void Commit(string finalPath)
    {
        _file.Dispose();
        File.Move(path, finalPath, overwrite: true);
        _hash.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
        try
        {
            File.Delete(path);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            // The next run removes it.
        }
    }
}
