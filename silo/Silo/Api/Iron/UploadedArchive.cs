using System.Security.Cryptography;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Primitives.Archives;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>An uploaded zip, within the size limit and validated; in a file that no other user can read.</summary>
internal sealed class UploadedArchive : IAsyncDisposable
{
    // Unpacking costs a processor: uploads must not take all of them.
    private static readonly SemaphoreSlim Unpacking = new(Math.Max(1, Environment.ProcessorCount / 2));

    private readonly FileStream _file;

    private UploadedArchive(FileStream file, CodeArchive archive, CodeZip facts)
    {
        _file = file;
        Archive = archive;
        Info = facts;
    }

    /// <summary>Its content.</summary>
    public CodeArchive Archive { get; }

    /// <summary>Size and hashes.</summary>
    public CodeZip Info { get; }

    /// <summary>Receives a part into a folder; null when it is empty, which means that there is no zip.</summary>
    public static async Task<UploadedArchive?> ReceiveAsync(
        Stream part, string folder, ApiOptions options, BudgetLease disk, CancellationToken cancellationToken)
    {
        var file = NewFile(folder);
        try
        {
            var facts = await SpoolAsync(part, file, options.UploadLimit, disk, cancellationToken);
            if (facts.Size > 0)
            {
                return new UploadedArchive(file, await OpenAsync(file, options, cancellationToken), facts);
            }
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }

        await file.DisposeAsync();
        return null;
    }

    /// <summary>Stores the bytes as those of a revision to be.</summary>
    public async Task StoreAsync(IZipStore zips, string revisionId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await zips.BeginAsync(revisionId, now, cancellationToken);
        _file.Position = 0;
        for (var (piece, left) = (0, Info.Size); left > 0; piece++)
        {
            var data = new byte[Math.Min(left, IZipStore.PieceSize)];
            await _file.ReadExactlyAsync(data, cancellationToken);
            await zips.AddAsync(revisionId, piece, data, cancellationToken);
            left -= data.Length;
        }
    }

    public ValueTask DisposeAsync()
    {
        Archive.Dispose();
        return _file.DisposeAsync();
    }

    /// <summary>Opens the upload by the rules of runners, so that none rejects later what was accepted here.</summary>
    private static async Task<CodeArchive> OpenAsync(FileStream file, ApiOptions options, CancellationToken cancellationToken)
    {
        VerifyHead(file);
        var limits = new ArchiveLimits(options.UnpackedLimit, "16 times HYBRID_UPLOAD_LIMIT");
        var archive = CodeArchive.Open(file, held: null, limits, (reason, _) => new ApiException($"file is not a good zip: {reason}"));
        try
        {
            await Unpacking.WaitAsync(cancellationToken);
            try
            {
                await archive.VerifyContentsAsync(cancellationToken);
            }
            finally
            {
                Unpacking.Release();
            }

            return archive;
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    private static void VerifyHead(FileStream file)
    {
        Span<byte> head = stackalloc byte[4];
        file.Position = 0;
        var read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (head.StartsWith("b'PK"u8) || head.StartsWith("b\"PK"u8))
        {
            throw new ApiException(
                "file is not a zip but the text of one, b'PK...': the Python client does that under Python 3; "
                + "use another client, or Python 2");
        }

        if (read < head.Length || !head.StartsWith("PK"u8))
        {
            throw new ApiException("file is not a zip");
        }
    }

    private static async Task<CodeZip> SpoolAsync(
        Stream part, FileStream file, int maxBytes, BudgetLease disk, CancellationToken cancellationToken)
    {
        using var published = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var good = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[64 * 1024];
        for (int read; (read = await part.ReadAsync(piece, cancellationToken)) > 0;)
        {
            if (file.Length + read > maxBytes)
            {
                throw new ApiException(new DomainError(
                    ErrorKind.TooLarge, $"file must be at most {maxBytes} bytes long (HYBRID_UPLOAD_LIMIT)"));
            }

            disk.Take(read);
            published.AppendData(piece, 0, read);
            good.AppendData(piece, 0, read);
            await WriteAsync(file, piece.AsMemory(0, read), cancellationToken);
        }

        return new CodeZip(file.Length, Hex(published), Hex(good));
    }

    /// <summary>A full disk is no fault of who uploads.</summary>
    private static async Task WriteAsync(FileStream file, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await file.WriteAsync(bytes, cancellationToken);
            await file.FlushAsync(cancellationToken);
        }
        catch (IOException ex)
        {
            throw new StoreUnavailableException($"an upload can't be received: {ex.Message}", ex);
        }
    }

    private static string Hex(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());

    private static FileStream NewFile(string folder)
    {
        var path = Path.Combine(folder, $"upload-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.tmp");
        var file = PrivateFiles.Open(path, FileMode.CreateNew, FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);

        // Without a name from now on, it can't outlive this process.
        File.Delete(path);
        return file;
    }
}
