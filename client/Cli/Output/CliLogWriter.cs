using System.Text;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Cli.Output;

/// <summary>Writes a log as text: decodes the program's output as UTF-8, with replacement characters.</summary>
internal abstract class CliLogWriter : Stream
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer) => Decode(buffer, last: false);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected abstract void Write(ReadOnlySpan<char> text);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Decode([], last: true);
        }

        base.Dispose(disposing);
    }

    private void Decode(ReadOnlySpan<byte> bytes, bool last)
    {
        var text = new char[_decoder.GetCharCount(bytes, last)];
        var length = _decoder.GetChars(bytes, text, last);
        if (length > 0)
        {
            Write(text.AsSpan(0, length));
        }
    }
}

/// <summary>Shows a log on a terminal, without what would steer it; carriage returns stay, since progress bars are made of them.</summary>
internal sealed class TerminalLogWriter(TextWriter terminal) : CliLogWriter
{
    private readonly TerminalTextSanitizer _sanitizer = new(TerminalTextMode.Terminal);

    protected override void Write(ReadOnlySpan<char> text)
    {
        var kept = new StringBuilder(text.Length);
        _sanitizer.Append(text, kept);
        terminal.Write(kept);
    }
}

/// <summary>Keeps a log as text.</summary>
internal sealed class TextLogWriter : CliLogWriter
{
    private readonly StringBuilder _text = new();

    public override string ToString() => _text.ToString();

    protected override void Write(ReadOnlySpan<char> text) => _text.Append(text);
}

/// <summary>Writes each piece of a log as one JSON document a line.</summary>
internal sealed class JsonLinesLogWriter(TextWriter lines, string taskId) : CliLogWriter
{
    protected override void Write(ReadOnlySpan<char> text) =>
        lines.WriteJson(new LogOutput(taskId, text.ToString()), CliJson.Default.LogOutput);
}
