namespace OrleansHybrid.Primitives.Archives;

/// <summary>
/// An entry's bytes, counted as they come: reading more than its declared length fails. It knows its
/// length and position, as a tar needs, but can't seek.
/// </summary>
internal sealed class EntryStream(Stream inner, long length, string entry, ArchiveErrorFactory createError) : Stream
{
    private long _given;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _given;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return buffer.IsEmpty ? 0 : Count(inner.Read(buffer));
        }
        catch (Exception ex) when (CodeArchive.IsArchiveError(ex))
        {
            throw createError.ForEntry(entry, ex.Message, ex);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return buffer.IsEmpty ? 0 : Count(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception ex) when (CodeArchive.IsArchiveError(ex))
        {
            throw createError.ForEntry(entry, ex.Message, ex);
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Count(int read)
    {
        _given += read;
        return _given > length || (read == 0 && _given < length)
            ? throw createError.ForEntry(entry, "an entry is not as long as the zip says")
            : read;
    }
}
