using System.Text;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>What a program has printed so far.</summary>
internal sealed class Captured
{
    private readonly Lock turn = new();
    private readonly List<byte> bytes = [];
    private readonly List<byte> errors = [];
    private readonly Pulse more = new();

    public string Text
    {
        get
        {
            lock (turn)
            {
                return Encoding.UTF8.GetString([.. bytes]);
            }
        }
    }

    public IReadOnlyList<string> Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What of it went to standard error.</summary>
    public string Errors
    {
        get
        {
            lock (turn)
            {
                return Encoding.UTF8.GetString([.. errors]);
            }
        }
    }

    public void Write(OutputStream stream, ReadOnlySpan<byte> output)
    {
        lock (turn)
        {
            bytes.AddRange(output);
            if (stream == OutputStream.Error)
            {
                errors.AddRange(output);
            }
        }

        more.Beat();
    }

    /// <summary>Ends when so many lines are there.</summary>
    public async Task<IReadOnlyList<string>> LinesAsync(int count)
    {
        for (var next = more.Next; Lines.Count < count || !Text.EndsWith('\n'); next = more.Next)
        {
            await next;
        }

        return Lines;
    }
}
