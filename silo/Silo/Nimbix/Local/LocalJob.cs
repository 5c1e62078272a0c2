using System.Runtime.InteropServices;
using System.Text;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Runner;

namespace OrleansHybrid.Silo.Nimbix.Local;

/// <summary>One job on this machine, from its submission until it is over.</summary>
internal sealed class LocalJob(long number, ProviderJob job, TimeProvider time) : IDisposable
{
    /// <summary>How much of its text is kept, in bytes: the end.</summary>
    public const int MostText = 1 << 20;

    // As long as a program may take to clear up.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly Lock _turn = new();
    private readonly List<byte> _text = [];
    private readonly CancellationTokenSource _asked = new();
    private readonly CancellationTokenSource _ended = new();
    private JobRecord _record = new() { Number = number, State = JobState.Queued, Label = job.Label };

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
                return (text.Length <= MostText ? text : AfterLine(text[^MostText..])).ToArray();
            }
        }
    }

    /// <summary>Asks it to end; one that has not done so after some seconds is ended.</summary>
    public void Ask() => Tell(_asked);

    /// <summary>Ends it now.</summary>
    public void End() => Tell(_ended);

    /// <summary>Runs it to its end, which comes at its limit at the latest. Throws nothing that a job can cause.</summary>
    public async Task RunAsync(Func<ScriptOutput, CancellationToken, Task<ScriptRun>> start)
    {
        using var limit = new CancellationTokenSource(job.Limit, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(_asked.Token, _ended.Token, limit.Token);
        var state = JobState.Terminated;
        try
        {
            await using var run = await start(Write, enough.Token);
            Become(JobState.Running);
            state = await WaitAsync(run, enough.Token);
        }
        catch (OperationCanceledException)
        {
            // It never began.
        }
        catch (ScriptException ex)
        {
            Write(Encoding.UTF8.GetBytes($"{ex.Message}\n"));
            state = JobState.Failed;
        }

        Become(state);
    }

    /// <summary>Forgets it; only one that is over may be.</summary>
    public void Dispose()
    {
        _asked.Dispose();
        _ended.Dispose();
    }

    private static ReadOnlySpan<byte> AfterLine(ReadOnlySpan<byte> text) => text[(text.IndexOf((byte)'\n') + 1)..];

    private async Task<JobState> WaitAsync(ScriptRun run, CancellationToken cancellationToken)
    {
        try
        {
            return await run.WaitAsync(cancellationToken) == 0 ? JobState.Completed : JobState.Failed;
        }
        catch (OperationCanceledException)
        {
            var patience = run.StopAsync(_ended.IsCancellationRequested ? TimeSpan.Zero : Grace);
            await Task.WhenAny(patience, Task.Delay(Timeout.InfiniteTimeSpan, _ended.Token));
            await run.StopAsync(TimeSpan.Zero);
            await patience;
            return JobState.Terminated;
        }
    }

    private void Tell(CancellationTokenSource wish)
    {
        lock (_turn)
        {
            if (_record.EndedAt is null)
            {
                _ = wish.CancelAsync();
            }
        }
    }

    private void Become(JobState state)
    {
        lock (_turn)
        {
            _record = state == JobState.Running
                ? _record with { State = state, StartedAt = time.GetUtcNow() }
                : _record with { State = state, EndedAt = time.GetUtcNow() };
        }
    }

    private void Write(ReadOnlySpan<byte> output)
    {
        lock (_turn)
        {
            _text.AddRange(output);
            if (_text.Count > 2 * MostText)
            {
                _text.RemoveRange(0, _text.Count - MostText);
            }
        }
    }
}
