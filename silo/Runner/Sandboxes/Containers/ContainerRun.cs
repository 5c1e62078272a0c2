using System.Net;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>Follows one started container to its end, also across a restart of its engine.</summary>
internal sealed class ContainerRun : IAsyncDisposable
{
    private readonly DockerEngine _engine;
    private readonly string _container;
    private readonly TaskLogWriter _log;
    private readonly Action<string, DockerException?> _onEngineStateChanged;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly TaskCompletionSource<SandboxExit> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _following;

    public ContainerRun(
        DockerEngine engine, string container, DockerStream output, TaskLogWriter log, Action<string, DockerException?> onEngineStateChanged)
    {
        this._engine = engine;
        this._container = container;
        this._log = log;
        this._onEngineStateChanged = onEngineStateChanged;
        _following = FollowAsync(output);
    }

    /// <summary>Ends when the container has ended and its output was delivered, or with the engine's error.</summary>
    public Task<SandboxExit> Ended => _ended.Task;

    /// <summary>Stops following: nothing more will be known about the container.</summary>
    public void Abandon(DockerException exception)
    {
        _ended.TrySetException(exception);
        _lifetime.Cancel();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync();
        await _following;
    }

    private async Task FollowAsync(DockerStream output)
    {
        try
        {
            _ended.TrySetResult(await WaitForExitAsync(output));
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

    private async Task<SandboxExit> WaitForExitAsync(DockerStream? output)
    {
        while (true)
        {
            try
            {
                return await ReadExitAsync(output);
            }
            catch (DockerException ex) when (ex.IsTransient)
            {
                output = await ReconnectAsync(ex);
            }
        }
    }

    private async Task<SandboxExit> ReadExitAsync(DockerStream? output)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(_lifetime.Token);
        var copying = output?.CopyToAsync(_log, reading.Token) ?? Task.CompletedTask;
        try
        {
            var code = await _engine.WaitAsync(_container, _lifetime.Token);
            await Task.WhenAny(copying, Task.Delay(_engine.Timeouts.OutputDrain, _engine.Timeouts.Clock, reading.Token));
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
            return (await _engine.InspectAsync(_container, _lifetime.Token)).OOMKilled;
        }
        catch (DockerException ex) when (ex.Status == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    // An engine that comes back may have kept its containers running: giving up at once could let a task run twice.
    private async Task<DockerStream?> ReconnectAsync(DockerException exception)
    {
        var (clock, start) = (_engine.Timeouts.Clock, _engine.Timeouts.Clock.GetTimestamp());
        _onEngineStateChanged(_container, exception);
        while (clock.GetElapsedTime(start) < _engine.Timeouts.Recovery)
        {
            await Task.Delay(_engine.Timeouts.RetryDelay, clock, _lifetime.Token);
            try
            {
                var state = await _engine.InspectAsync(_container, _lifetime.Token);
                _onEngineStateChanged(_container, null);
                return state.Running ? await _engine.AttachAsync(_container, _lifetime.Token) : null;
            }
            catch (DockerException ex) when (ex.IsTransient)
            {
                exception = ex;
            }
        }

        throw exception;
    }
}
