using OrleansHybrid.Primitives.Text;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Redaction;

/// <summary>A task's output on its way into the log, without its secrets; standard output and standard error each for itself.</summary>
internal sealed class RedactingLogWriter(IReadOnlyList<byte[]> secrets, TaskLogWriter log)
{
    private readonly SecretRedactor _redactor = new(secrets.Select(secret => (ReadOnlyMemory<byte>)secret));
    private readonly Lock _lock = new();
    private readonly Dictionary<OutputStream, SecretStreamRedactor> _streams = [];

    public void Write(OutputStream stream, ReadOnlySpan<byte> output)
    {
        if (secrets.Count == 0)
        {
            log(stream, output);
            return;
        }

        lock (_lock)
        {
            if (!_streams.TryGetValue(stream, out var redactor))
            {
                _streams[stream] = redactor = new SecretStreamRedactor(_redactor);
            }

            Forward(stream, redactor.Redact(output));
        }
    }

    /// <summary>No more will come: what was held back goes into the log.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            foreach (var (stream, redactor) in _streams)
            {
                Forward(stream, redactor.Flush());
            }
        }
    }

    private void Forward(OutputStream stream, ReadOnlySpan<byte> shown)
    {
        if (shown.Length > 0)
        {
            log(stream, shown);
        }
    }
}
