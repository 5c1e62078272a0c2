using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Redaction;

/// <summary>A task's output on its way into the log, without its secrets; standard output and standard error each for itself.</summary>
internal sealed class RedactedLog(IReadOnlyList<byte[]> secrets, LogSink log)
{
    private readonly Lock _turn = new();
    private readonly Dictionary<OutputStream, SecretRedactor> _streams = [];

    public void Write(OutputStream stream, ReadOnlySpan<byte> output)
    {
        if (secrets.Count == 0)
        {
            log(stream, output);
            return;
        }

        lock (_turn)
        {
            if (!_streams.TryGetValue(stream, out var redactor))
            {
                _streams[stream] = redactor = new SecretRedactor(secrets);
            }

            Pass(stream, redactor.Take(output));
        }
    }

    /// <summary>No more will come: what was held back goes into the log.</summary>
    public void End()
    {
        lock (_turn)
        {
            foreach (var (stream, redactor) in _streams)
            {
                Pass(stream, redactor.End());
            }
        }
    }

    private void Pass(OutputStream stream, byte[] shown)
    {
        if (shown.Length > 0)
        {
            log(stream, shown);
        }
    }
}
