using System.ComponentModel;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Sandboxes.Processes;

/// <summary>
/// A child's two outputs, a pipe each, read by one thread in the order in which they fill. A program that goes back and forth
/// between them faster than they are read has lost the order within that moment, as with every pair of pipes.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class OutputPipes : IDisposable
{
    private const int BufferLength = 64 * 1024;

    private static readonly OutputStream[] Both = [OutputStream.Out, OutputStream.Error];

    private readonly SafeFileHandle[] _reading = new SafeFileHandle[Both.Length];
    private readonly SafeFileHandle[] _writing = new SafeFileHandle[Both.Length];
    private readonly EpollQueue _ready = new();

    /// <summary>Opens both; a <see cref="Win32Exception"/> says why not.</summary>
    public OutputPipes()
    {
        try
        {
            foreach (var stream in Both)
            {
                Open((int)stream);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The descriptor that the child is to write to.</summary>
    public int GetWriteDescriptor(OutputStream stream) => (int)_writing[(int)stream].DangerousGetHandle();

    /// <summary>Leaves writing to the child.</summary>
    public void CloseWriteEnds() => Close(_writing);

    /// <summary>Passes on what is written until all writers have closed the pipes, and closes them.</summary>
    public void ReadToEnd(TaskLogWriter log)
    {
        using var pipes = this;
        FileStream[] streams = [.. _reading.Select(end => new FileStream(end, FileAccess.Read, bufferSize: 0))];
        var buffer = new byte[BufferLength];
        for (var open = Both.Length; open > 0;)
        {
            var next = _ready.Next();
            var count = streams[next].Read(buffer);
            if (count > 0)
            {
                log((OutputStream)next, buffer.AsSpan(0, count));
                _ready.Rearm(_reading[next], next);
            }
            else
            {
                open--;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close(_writing);
        Close(_reading);
        _ready.Dispose();
    }

    private static void Close(SafeFileHandle?[] handles)
    {
        foreach (var handle in handles)
        {
            handle?.Dispose();
        }
    }

    private void Open(int stream)
    {
        var ends = stackalloc int[2];
        EpollQueue.Check(Posix.Pipe(ends, Posix.CloseOnExec));
        _reading[stream] = new SafeFileHandle(ends[0], ownsHandle: true);
        _writing[stream] = new SafeFileHandle(ends[1], ownsHandle: true);
        _ready.Add(_reading[stream], stream);
    }
}
