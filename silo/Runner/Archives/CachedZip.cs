using System.Globalization;
using System.Security.Cryptography;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Archives;

/// <summary>
/// One zip: on disk and verified by its SHA-256, on disk since an earlier run, or being downloaded. One task at a time continues the
/// download from where the previous one was interrupted, so that the end of a task does not fail the others.
/// </summary>
internal sealed class CachedZip(string path, long size, string sha256) : IDisposable
{
    private const string Suffix = ".zip";

    private readonly SemaphoreSlim _semaphore = new(1);
    private PartialZip? _partial;
    private bool _isVerified;

    public string Name => Path.GetFileName(path);

    public long Size => size;

    /// <summary>How many tasks hold it; the cache's, as all that can be set here.</summary>
    public int UseCount { get; set; }

    /// <summary>The room it takes, or is promised.</summary>
    public long ReservedBytes { get; set; }

    public DateTimeOffset UsedAt { get; private set; }

    /// <summary>True when the file is there, proven or not.</summary>
    public bool IsOnDisk { get; private set; }

    /// <summary>The file name of a zip. An assignment is what a control plane says: throws <see cref="SandboxException"/>.</summary>
    public static string FileNameOf(TaskZip zip) => zip.Size > 0 && Identifiers.IsHash(zip.Sha256)
        ? string.Create(CultureInfo.InvariantCulture, $"{zip.Sha256}-{zip.Size}{Suffix}")
        : throw new SandboxException("The assignment does not say which zip it needs: the SHA-256 or the size is none.", isTransient: false);

    /// <summary>A zip of an earlier run; null when the file is something else.</summary>
    public static CachedZip? TryRead(FileInfo file) =>
        file.Name.Split('-') is [var hash, var rest]
        && Identifiers.IsHash(hash)
        && rest.EndsWith(Suffix, StringComparison.Ordinal)
        && long.TryParse(rest.AsSpan(0, rest.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? new CachedZip(file.FullName, size, hash) { ReservedBytes = file.Length, UsedAt = file.LastWriteTimeUtc, IsOnDisk = true }
            : null;

    /// <summary>Opens it for reading, after it was brought and proven. Throws <see cref="SandboxException"/>.</summary>
    public async Task<FileStream> OpenAsync(
        Func<Task> makeRoom, Func<long, CancellationToken, Task<byte[]>> fetch, Action onWaiting, CancellationToken cancellationToken)
    {
        if (!Volatile.Read(ref _isVerified))
        {
            onWaiting();
        }

        await _semaphore.WaitAsync(cancellationToken);
        try
        {
            _isVerified = _isVerified || (IsOnDisk && await IsIntactAsync(cancellationToken));
            if (!_isVerified)
            {
                IsOnDisk = false;
                await makeRoom();
                await DownloadAsync(fetch, cancellationToken);
                (IsOnDisk, _isVerified) = (true, true);
            }

            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            // Also when the file was removed: the next task downloads it again.
            (IsOnDisk, _isVerified) = (false, false);
            DiscardPartial();
            throw new SandboxException($"The zip can't be kept in the state folder: {ex.Message}", isTransient: true, ex);
        }
        finally
        {
            _semaphore.Release();
        }
    }

    /// <summary>Records when it was used, also for the next run.</summary>
    public void Touch(DateTimeOffset now)
    {
        UsedAt = now;
        try
        {
            if (IsOnDisk)
            {
                File.SetLastWriteTimeUtc(path, now.UtcDateTime);
            }
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            // The next run may evict it sooner than it should.
        }
    }

    /// <summary>Removes its files; no task uses it.</summary>
    public void Dispose()
    {
        _semaphore.Dispose();
        DiscardPartial();
        try
        {
            File.Delete(path);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            // The next run finds it, and counts it.
        }
    }

    private async Task<bool> IsIntactAsync(CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return file.Length == size && Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)) == sha256;
    }

    private async Task DownloadAsync(Func<long, CancellationToken, Task<byte[]>> fetch, CancellationToken cancellationToken)
    {
        _partial ??= new PartialZip(path + ".part");
        while (_partial.Length < size)
        {
            // Only the call can be given up: a piece that came is written as a whole.
            await _partial.AddAsync(await fetch(_partial.Length, cancellationToken));
        }

        if (_partial.Length > size || _partial.Hash() != sha256)
        {
            DiscardPartial();
            throw new SandboxException(
                "The zip is not the one that was uploaded: its SHA-256 differs from the task's. It was deleted.",
                isTransient: false);
        }

        _partial.Commit(path);
        _partial = null;
    }

    private void DiscardPartial()
    {
        _partial?.Dispose();
        _partial = null;
    }
}
