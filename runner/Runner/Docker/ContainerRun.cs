using System.Net;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Docker;

/// <summary>Follows one started container to its end, also across a restart of its engine.</summary>
internal sealed class ContainerRun : IAsyncDisposable
{
    private readonly DockerEngine _engine;
    private readonly string _container;
    private readonly LogSink _log;
    private readonly Action<string, DockerException?> _tell;
    private readonly CancellationTokenSource _life = new();
    private readonly TaskCompletionSource<SandboxExit> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _following;

    public ContainerRun(
        DockerEngine engine, string container, DockerStream output, LogSink log, Action<string, DockerException?> tell)
    {
        this._engine = engine;
        this._container = container;
        this._log = log;
        this._tell = tell;
        _following = FollowAsync(output);
    }

    /// <summary>Ends when the container has ended and its output was delivered, or with the engine's trouble.</summary>
    public Task<SandboxExit> Ended => _ended.Task;

    /// <summary>Stops following: nothing more will be known about the container.</summary>
    public void Abandon(DockerException trouble)
    {
        _ended.TrySetException(trouble);
        _life.Cancel();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync();
        await _following;
    }

    private async Task FollowAsync(DockerStream output)
    {
        try
        {
            _ended.TrySetResult(await ToTheEndAsync(output));
        }
        catch (OperationCanceledException)
        {
            _ended.TrySetCanceled();
        }
        catch (DockerException ex)
        {
            _ended.TrySetException(ex);
        }
    }

    private async Task<SandboxExit> ToTheEndAsync(DockerStream? output)
    {
        while (true)
        {
            try
            {
                return await ExitAsync(output);
            }
            catch (DockerException ex) when (ex.Passing)
            {
                output = await ReturnAsync(ex);
            }
        }
    }

    private async Task<SandboxExit> ExitAsync(DockerStream? output)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(_life.Token);
        var copying = output?.CopyToAsync(_log, reading.Token) ?? Task.CompletedTask;
        try
        {
            var code = await _engine.WaitAsync(_container, _life.Token);
            await Task.WhenAny(copying, Task.Delay(_engine.Timeouts.Drain, _engine.Timeouts.Clock, reading.Token));
            return new SandboxExit(code, code != 0 && await OutOfMemoryAsync());
        }
        finally
        {
            await reading.CancelAsync();
            await copying;
            if (output is not null)
            {
                await output.DisposeAsync();
            }
        }
    }

    private async Task<bool> OutOfMemoryAsync()
    {
        try
        {
            return (await _engine.InspectAsync(_container, _life.Token)).State.OutOfMemory;
        }
        catch (DockerException ex) when (ex.Status == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    // An engine that comes back may have kept its containers running: giving up at once could let a task run twice.
    private async Task<DockerStream?> ReturnAsync(DockerException away)
    {
        var (clock, start) = (_engine.Timeouts.Clock, _engine.Timeouts.Clock.GetTimestamp());
        _tell(_container, away);
        while (clock.GetElapsedTime(start) < _engine.Timeouts.Return)
        {
            await Task.Delay(_engine.Timeouts.Pause, clock, _life.Token);
            try
            {
                var details = await _engine.InspectAsync(_container, _life.Token);
                _tell(_container, null);
                return details.State.Running ? await _engine.AttachAsync(_container, _life.Token) : null;
            }
            catch (DockerException ex) when (ex.Passing)
            {
                away = ex;
            }
        }

        throw away;
    }
}
