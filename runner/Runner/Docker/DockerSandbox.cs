using System.Diagnostics;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Primitives.Codes;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Policy;

namespace OrleansHybrid.Runner.Docker;

/// <summary>One attempt at a task as one container, which is gone when this is disposed.</summary>
internal sealed class DockerSandbox : ISandbox
{
    private const int LongestProgress = 4 * 1024 * 1024;

    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);

    private readonly DockerSandboxes sandboxes;
    private readonly DockerEngine engine;
    private readonly TaskOrder order;
    private readonly TaskTerms terms;
    private readonly string sessionId;
    private readonly string container;
    private readonly TaskPlace place;
    private readonly ProgressFile progress = new();
    private readonly OutputHead head = new();
    private readonly OutputTail tail = new();
    private DockerImage? image;
    private HostFiles? bound;
    private bool created;
    private ContainerRun? run;

    public DockerSandbox(DockerSandboxes sandboxes, DockerEngine engine, TaskOrder order, TaskTerms terms, string sessionId)
    {
        this.sandboxes = sandboxes;
        this.engine = engine;
        this.order = order;
        this.terms = terms;
        place = ContainerPlan.Place(order);
        this.sessionId = sessionId;
        // The name is known before the engine answers, so that a container whose creation was cut short is found again.
        container = $"orleans-hybrid-{order.Lease.TaskId}-{order.Lease.Attempt}-{Guid.NewGuid():N}";
    }

    /// <inheritdoc/>
    public bool IsPulling { get; private set; }

    /// <inheritdoc/>
    public Action WhenLate { private get; set; } = () => { };

    /// <inheritdoc/>
    public TaskCeilings Ceilings => terms.Ceilings;

    /// <inheritdoc/>
    public async Task<string?> PrepareAsync(CancellationToken cancel)
    {
        var wanted = Image();
        try
        {
            image = await sandboxes.PrepareAsync(wanted, terms.Pull, order.Login, () => IsPulling = true, WhenLate, cancel);
            return image.DigestFor(wanted);
        }
        catch (DockerException trouble)
        {
            throw DockerTrouble.WithImage(order.Image, trouble);
        }
        finally
        {
            IsPulling = false;
        }
    }

    /// <inheritdoc/>
    public async Task CreateAsync(SandboxFiles files, CancellationToken cancel)
    {
        // By its id: another task's pull may have moved the tag since, and what runs is what was reported.
        var found = image?.Id ?? Image().ToString();
        try
        {
            created = true;
            bound = sandboxes.Bind(container, place, files);
            try
            {
                await CreateAsync(found, cancel);
            }
            catch (DockerException unseen) when (sandboxes.CannotBind(bound, unseen))
            {
                bound?.Dispose();
                bound = null;
                await CreateAsync(found, cancel);
            }

            if (bound is null)
            {
                await engine.PutAsync(container, ContainerPlan.Contents(place, files), cancel);
            }
        }
        catch (DockerException trouble)
        {
            throw DockerTrouble.WithContainer(order.Image, trouble);
        }
    }

    /// <inheritdoc/>
    public async Task StartAsync(LogSink log, CancellationToken cancel)
    {
        try
        {
            var output = await sandboxes.StartAsync(container, terms.Network, cancel);
            run = new ContainerRun(engine, container, output, Take, sandboxes.Tell);
        }
        catch (DockerException trouble)
        {
            throw DockerTrouble.WithStart(order.Image, TaskCommand.Shown(order), trouble);
        }

        void Take(OutputStream stream, ReadOnlySpan<byte> bytes)
        {
            head.Take(bytes);
            tail.Take(bytes);
            log(stream, bytes);
        }
    }

    /// <inheritdoc/>
    public async Task<SandboxExit> WaitAsync(CancellationToken cancel)
    {
        var started = run ?? throw new UnreachableException($"{container} was not started, and is waited for.");
        try
        {
            var exit = await started.Ended.WaitAsync(cancel);
            return DockerTrouble.AtInit(order.Image, TaskCommand.Shown(order), exit.ExitCode, head.ToString()) is { } unstartable
                ? throw unstartable
                : exit.ExitCode == 0 || exit.OutOfMemory ? exit
                : exit with { Hint = ConfinementHint.In(tail.ToString(), terms) };
        }
        catch (DockerException trouble)
        {
            throw DockerTrouble.WithEngine(trouble);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Never throws: when the engine can't be told, the wait ends with its trouble.</remarks>
    public async Task StopAsync(TimeSpan grace)
    {
        if (run is not { } started || started.Ended.IsCompleted)
        {
            return;
        }

        var patience = Task.Delay(grace, engine.Timeouts.Clock);
        using (var term = new CancellationTokenSource(grace, engine.Timeouts.Clock))
        {
            await TryKillAsync("SIGTERM", term.Token);
        }

        await Task.WhenAny(started.Ended, patience);
        if (started.Ended.IsCompleted)
        {
            return;
        }

        started.Abandon(await KillAsync(started));
    }

    /// <inheritdoc/>
    public async Task<string> ReadProgressAsync(CancellationToken cancel, bool last = false)
    {
        if (bound is { } here)
        {
            return here.ReadProgress(last);
        }

        try
        {
            var content = await engine.ReadAsync(container, place.Progress, LongestProgress, cancel);
            return content is null ? "" : progress.Take(content, last);
        }
        catch (DockerException)
        {
            // Progress is a courtesy: an engine in trouble shows in the wait, which knows what to do about it.
            return "";
        }
    }

    // The engine has no word for a change, and a look costs it some milliseconds: soon after the last news, ever later without.
    public TimeSpan? NextLook(TimeSpan quiet) => bound is not null || quiet / 4 < LookPause ? LookPause : quiet / 4;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (created)
        {
            created = false;
            await sandboxes.RemoveAsync(container);
            bound?.Dispose();
        }

        if (run is { } started)
        {
            run = null;
            await started.DisposeAsync();
        }
    }

    private Task CreateAsync(string found, CancellationToken cancel) => sandboxes.CreateAsync(
        container,
        terms.Network,
        (network, host) => ContainerPlan.For(order, found, sessionId, terms, network, host, bound?.Mounts ?? []),
        cancel);

    private ImageReference Image() => terms.Refusal.Length == 0
        ? terms.Image!
        : throw new SandboxException(terms.Refusal, passing: false) { IsLasting = true };

    // What it gives back only matters when the container has not ended.
    private async Task<DockerException> KillAsync(ContainerRun started)
    {
        var (clock, start) = (engine.Timeouts.Clock, engine.Timeouts.Clock.GetTimestamp());
        while (await TryKillAsync("SIGKILL", CancellationToken.None) is { Passing: true } away)
        {
            if (clock.GetElapsedTime(start) >= engine.Timeouts.Return)
            {
                return away;
            }

            await Task.WhenAny(started.Ended, Task.Delay(engine.Timeouts.Pause, clock));
        }

        await Task.WhenAny(started.Ended, Task.Delay(engine.Timeouts.Work, clock));
        return DockerException.Unreachable($"{container} does not end, although it was killed");
    }

    private async Task<DockerException?> TryKillAsync(string signal, CancellationToken cancel)
    {
        try
        {
            await engine.KillAsync(container, signal, cancel);
            return null;
        }
        catch (DockerException trouble)
        {
            return trouble;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
