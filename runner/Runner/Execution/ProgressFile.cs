using System.Text;

namespace Orleans.Hybrid.Runner.Execution;

/// <summary>Tells what is new in a progress file, whether a task adds lines to it or writes it anew each time.</summary>
internal sealed class ProgressFile
{
    private byte[] taken = [];
    private byte[] last = [];

    /// <summary>
    /// What <paramref name="content"/> has that was not given before: whole lines, and a last line without its end once
    /// it has stood there for two looks.
    /// </summary>
    public string Take(byte[] content)
    {
        var still = content.AsSpan().SequenceEqual(last);
        var from = content.AsSpan().StartsWith(taken) ? taken.Length : 0;
        var until = still ? content.Length : content.AsSpan().LastIndexOf((byte)'\n') + 1;
        last = content;
        if (until <= from)
        {
            return "";
        }

        taken = content[..until];
        return Encoding.UTF8.GetString(content, from, until - from);
    }
}
