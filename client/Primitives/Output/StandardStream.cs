using System.Runtime.InteropServices;

namespace OrleansHybrid.Primitives.Output;

/// <summary>
/// Standard output or error, of which the caller may have closed either: then output is dropped, instead of ending the program
/// with a stack trace.
/// </summary>
/// <example><code>Console.SetOut(StandardStream.Writer(StandardStream.Output()));</code></example>
public sealed class StandardStream : Stream
{
    private const int Interrupted = 4;
    private const int BadDescriptor = 9;
    private const int BrokenPipe = 32;
    private const short Writable = 4;

    private readonly int _descriptor;
    private readonly bool _endsWithReader;
    private readonly Stream? _other;

    private StandardStream(int descriptor, bool endsWithReader, Func<Stream> elsewhere)
    {
        (_descriptor, _endsWithReader) = (descriptor, endsWithReader);
        _other = OperatingSystem.IsWindows() ? elsewhere() : null;
    }

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    // 11 on Linux, 35 on macOS: another process with the terminal open has made it non-blocking.
    private static int WouldBlock => OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>Standard output.</summary>
    /// <param name="endsWithReader">Whether a write after the reader has closed throws <see cref="OutputClosedException"/>.</param>
    public static StandardStream Output(bool endsWithReader = false) => new(1, endsWithReader, Console.OpenStandardOutput);

    /// <summary>Standard error.</summary>
    public static StandardStream Error() => new(2, endsWithReader: false, Console.OpenStandardError);

    /// <summary>Writes text as UTF-8, and each piece at once.</summary>
    /// <param name="stream">Where to.</param>
    public static StreamWriter CreateWriter(Stream stream) => new(stream) { AutoFlush = true };

    /// <summary>Replaces the console's streams with these, for all of this program.</summary>
    public static void SetConsole()
    {
        Console.SetOut(CreateWriter(Output()));
        Console.SetError(CreateWriter(Error()));
    }

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_other is { } other)
        {
            other.Write(buffer);
            return;
        }

        while (!buffer.IsEmpty)
        {
            var written = write(_descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written < 0 && !CanContinueAfter(Marshal.GetLastPInvokeError()))
            {
                return;
            }

            buffer = buffer[(int)Math.Max(written, 0)..];
        }
    }

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public override void Flush() => _other?.Flush();

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>False when nothing that is written will be read.</summary>
    private bool CanContinueAfter(int error)
    {
        switch (error)
        {
            case Interrupted:
                return true;
            case BrokenPipe:
                return _endsWithReader ? throw new OutputClosedException() : false;
            case BadDescriptor:
                return false;
            default:
                if (error != WouldBlock)
                {
                    throw new IOException(Marshal.GetPInvokeErrorMessage(error));
                }

                var wanted = new PollFd { Descriptor = _descriptor, Events = Writable };
                _ = poll(ref wanted, 1, -1);
                return true;
        }
    }

    // The runtime's own stream does not report a closed reader, so following a log would never end.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint write(int descriptor, ref byte buffer, nint count);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int poll(ref PollFd wanted, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Descriptor;
        public short Events;
        public short ReturnedEvents;
    }
}
