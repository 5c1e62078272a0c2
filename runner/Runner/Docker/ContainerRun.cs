using System.Net;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Docker;

/// <summary>Follows one started container to its end, also across a restart of its engine.</summary>
internal sealed class ContainerRun : IAsyncDisposable
{
    private readonly DockerEngine engine;
    private readonly string container;
    private readonly LogSink log;
    private readonly Action<string, DockerException?> tell;
    private readonly CancellationTokenSource life = new();
    private readonly TaskCompletionSource<SandboxExit> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task following;

    public ContainerRun(
        DockerEngine engine, string container, DockerStream output, LogSink log, Action<string, DockerException?> tell)
    {
        this.engine = engine;
        this.container = container;
        this.log = log;
        this.tell = tell;
        following = FollowAsync(output);
    }

    /// <summary>Ends when the container has ended and its output was delivered, or with the engine's trouble.</summary>
    public Task<SandboxExit> Ended => ended.Task;

    /// <summary>Stops following: nothing more will be known about the container.</summary>
    public void Abandon(DockerException trouble)
    {
        ended.TrySetException(trouble);
        life.Cancel();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await life.CancelAsync();
        await following;
    }

    private async Task FollowAsync(DockerStream output)
    {
        try
        {
            ended.TrySetResult(await ToTheEndAsync(output));
        }
        catch (OperationCanceledException)
        {
            ended.TrySetCanceled();
        }
        catch (DockerException trouble)
        {
            ended.TrySetException(trouble);
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
            catch (DockerException away) when (away.Passing)
            {
                output = await ReturnAsync(away);
            }
        }
    }

    private async Task<SandboxExit> ExitAsync(DockerStream? output)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(life.Token);
        var copying = output?.CopyToAsync(log, reading.Token) ?? Task.CompletedTask;
        try
        {
            var code = await engine.WaitAsync(container, life.Token);
            await Task.WhenAny(copying, Task.Delay(engine.Timeouts.Drain, engine.Timeouts.Clock, reading.Token));
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
            return (await engine.InspectAsync(container, life.Token)).State.OutOfMemory;
        }
        catch (DockerException gone) when (gone.Status == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    // An engine that comes back may have kept its containers running: giving up at once could let a task run twice.
    private async Task<DockerStream?> ReturnAsync(DockerException away)
    {
        var (clock, start) = (engine.Timeouts.Clock, engine.Timeouts.Clock.GetTimestamp());
        tell(container, away);
        while (clock.GetElapsedTime(start) < engine.Timeouts.Return)
        {
            await Task.Delay(engine.Timeouts.Pause, clock, life.Token);
            try
            {
                var details = await engine.InspectAsync(container, life.Token);
                tell(container, null);
                return details.State.Running ? await engine.AttachAsync(container, life.Token) : null;
            }
            catch (DockerException still) when (still.Passing)
            {
                away = still;
            }
        }

        throw away;
    }
}
