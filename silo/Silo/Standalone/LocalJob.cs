using System.Runtime.InteropServices;
using System.Text;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Runner;

namespace OrleansHybrid.Silo.Standalone;

/// <summary>One job on this machine, from its submission until it is over.</summary>
internal sealed class LocalJob(long number, ProviderJob job, TimeProvider time) : IDisposable
{
    /// <summary>How much of its text is kept, in bytes: the end.</summary>
    public const int MaxTextBytes = 1 << 20;

    // As long as a program may take to clear up.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly Lock _turn = new();
    private readonly List<byte> _text = [];
    private readonly CancellationTokenSource _stopRequested = new();
    private readonly CancellationTokenSource _terminated = new();
    private JobRecord _record = new() { Number = number, State = ReportedJobState.Queued, Label = job.Label };

    /// <summary>How far it is.</summary>
    public JobRecord Record
    {
        get
        {
            lock (_turn)
            {
                return _record;
            }
        }
    }

    /// <summary>True once it is over.</summary>
    public bool IsOver => Record.EndedAt is not null;

    /// <summary>The end of what it has written, from the start of a line.</summary>
    public byte[] Text
    {
        get
        {
            lock (_turn)
            {
                var text = CollectionsMarshal.AsSpan(_text);
                return (text.Length <= MaxTextBytes ? text : AfterLine(text[^MaxTextBytes..])).ToArray();
            }
        }
    }

    /// <summary>Asks it to end; one that has not done so after some seconds is ended.</summary>
    public void RequestStop() => Cancel(_stopRequested);

    /// <summary>Ends it now.</summary>
    public void Terminate() => Cancel(_terminated);

    /// <summary>Runs it to its end, which comes at its limit at the latest. Throws nothing that a job can cause.</summary>
    public async Task RunAsync(Func<ScriptOutput, CancellationToken, Task<ScriptRun>> start)
    {
        using var limit = new CancellationTokenSource(job.Limit, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(_stopRequested.Token, _terminated.Token, limit.Token);
        var state = ReportedJobState.Terminated;
        try
        {
            await using var run = await start(Write, enough.Token);
            SetState(ReportedJobState.Running);
            state = await WaitAsync(run, enough.Token);
        }
        catch (OperationCanceledException)
        {
            // It never began.
        }
        catch (ScriptException ex)
        {
            Write(Encoding.UTF8.GetBytes($"{ex.Message}\n"));
            state = ReportedJobState.Failed;
        }

        SetState(state);
    }

    /// <summary>Forgets it; only one that is over may be.</summary>
    public void Dispose()
    {
        _stopRequested.Dispose();
        _terminated.Dispose();
    }

    private static ReadOnlySpan<byte> AfterLine(ReadOnlySpan<byte> text) => text[(text.IndexOf((byte)'\n') + 1)..];

    private async Task<ReportedJobState> WaitAsync(ScriptRun run, CancellationToken cancellationToken)
    {
        try
        {
            return await run.WaitAsync(cancellationToken) == 0 ? ReportedJobState.Completed : ReportedJobState.Failed;
        }
        catch (OperationCanceledException)
        {
            var patience = run.StopAsync(_terminated.IsCancellationRequested ? TimeSpan.Zero : Grace);
            await Task.WhenAny(patience, Task.Delay(Timeout.InfiniteTimeSpan, _terminated.Token));
            await run.StopAsync(TimeSpan.Zero);
            await patience;
            return ReportedJobState.Terminated;
        }
    }

    private void Cancel(CancellationTokenSource source)
    {
        lock (_turn)
        {
            if (_record.EndedAt is null)
            {
                _ = source.CancelAsync();
            }
        }
    }

    private void SetState(ReportedJobState state)
    {
        lock (_turn)
        {
            _record = state == ReportedJobState.Running
                ? _record with { State = state, StartedAt = time.GetUtcNow() }
                : _record with { State = state, EndedAt = time.GetUtcNow() };
        }
    }

    private void Write(ReadOnlySpan<byte> output)
    {
        lock (_turn)
        {
            _text.AddRange(output);
            if (_text.Count > 2 * MaxTextBytes)
            {
                // One byte more than is returned, so that the length shows that the first line may be a part of one.
                _text.RemoveRange(0, _text.Count - MaxTextBytes - 1);
            }
        }
    }
}
