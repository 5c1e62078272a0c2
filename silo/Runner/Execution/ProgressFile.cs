using System.Text;

namespace OrleansHybrid.Runner.Execution;

/// <summary>Finds what is new in a progress file, whether a task appends to it or rewrites it each time.</summary>
internal sealed class ProgressFile
{
    private byte[] _taken = [];
    private byte[] _last = [];

    /// <summary>
    /// The part of <paramref name="content"/> that was not returned before: whole lines, and a last line without its end once
    /// it has not changed between two reads, or when nothing will be added to it any more.
    /// </summary>
    /// <param name="content">All of the file, or its end; null when it has not changed since the last read.</param>
    /// <param name="isFinal">True when its task has ended.</param>
    public string ReadNew(byte[]? content, bool isFinal = false)
    {
        content ??= _last;
        var still = isFinal || content.AsSpan().SequenceEqual(_last);
        var from = content.AsSpan().StartsWith(_taken) ? _taken.Length : 0;
        var until = still ? content.Length : content.AsSpan().LastIndexOf((byte)'\n') + 1;
        _last = content;
        if (until <= from)
        {
            return "";
        }

        _taken = content[..until];
        return Encoding.UTF8.GetString(content, from, until - from);
    }
}
