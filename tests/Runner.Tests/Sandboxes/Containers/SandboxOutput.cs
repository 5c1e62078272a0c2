using System.Text;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

/// <summary>Keeps what a program writes, and tells when it has written something.</summary>
internal sealed class SandboxOutput
{
    private readonly Lock _gate = new();
    private readonly MemoryStream _written = new();
    private readonly Dictionary<OutputStream, MemoryStream> _apart = new()
    {
        [OutputStream.Out] = new(),
        [OutputStream.Error] = new(),
    };

    private readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];

    public void Take(OutputStream stream, ReadOnlySpan<byte> output)
    {
        lock (_gate)
        {
            _written.Write(output);
            _apart[stream].Write(output);
            if (_awaited.Count > 0)
            {
                var text = ToString();
                _awaited.ForEach(wait => CompleteIfWritten(wait.Text, wait.Seen, text));
            }
        }
    }

    /// <summary>Ends once <paramref name="text"/> was written.</summary>
    public Task WaitForAsync(string text)
    {
        lock (_gate)
        {
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((text, seen));
            CompleteIfWritten(text, seen, ToString());
            return seen.Task;
        }
    }

    /// <summary>The output on one stream.</summary>
    public string Of(OutputStream stream)
    {
        lock (_gate)
        {
            return Encoding.UTF8.GetString(_apart[stream].ToArray());
        }
    }

    public byte[] ToArray()
    {
        lock (_gate)
        {
            return _written.ToArray();
        }
    }

    public override string ToString() => Encoding.UTF8.GetString(ToArray());

    private static void CompleteIfWritten(string text, TaskCompletionSource seen, string all)
    {
        if (all.Contains(text, StringComparison.Ordinal))
        {
            seen.TrySetResult();
        }
    }
}
