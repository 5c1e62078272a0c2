using System.Text;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>The output of a program so far.</summary>
internal sealed class CapturedOutput
{
    private readonly Lock _turn = new();
    private readonly List<byte> _bytes = [];
    private readonly List<byte> _errors = [];
    private readonly AsyncSignal _more = new();

    public string Text
    {
        get
        {
            lock (_turn)
            {
                return Encoding.UTF8.GetString([.. _bytes]);
            }
        }
    }

    public IReadOnlyList<string> Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The part that went to standard error.</summary>
    public string Errors
    {
        get
        {
            lock (_turn)
            {
                return Encoding.UTF8.GetString([.. _errors]);
            }
        }
    }

    public void Write(OutputStream stream, ReadOnlySpan<byte> output)
    {
        lock (_turn)
        {
            _bytes.AddRange(output);
            if (stream == OutputStream.Error)
            {
                _errors.AddRange(output);
            }
        }

        _more.Signal();
    }

    /// <summary>Ends when so many lines are there.</summary>
    public async Task<IReadOnlyList<string>> LinesAsync(int count)
    {
        for (var next = _more.NextSignal; Lines.Count < count || !Text.EndsWith('\n'); next = _more.NextSignal)
        {
            await next;
        }

        return Lines;
    }
}
