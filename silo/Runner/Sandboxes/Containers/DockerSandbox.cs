using System.Diagnostics;
using Docker.DotNet.Models;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Primitives.Codes;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Policy;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>One attempt at a task as one container, which is gone when this is disposed.</summary>
internal sealed class DockerSandbox : ISandbox
{
    private const int MaxProgressBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan ProgressPollInterval = TimeSpan.FromSeconds(1);

    private readonly DockerSandboxFactory _sandboxes;
    private readonly DockerEngine _engine;
    private readonly TaskAssignment _assignment;
    private readonly ContainerLimits _limits;
    private readonly string _sessionId;
    private readonly string _container;
    private readonly TaskPaths _paths;
    private readonly ProgressFile _progress = new();
    private readonly StartupOutputBuffer _head = new();
    private readonly RecentOutputBuffer _tail = new();
    private ImageInspectResponse? _image;
    private TmpfsTaskFiles? _bound;
    private bool _created;
    private ContainerRun? _run;

    public DockerSandbox(DockerSandboxFactory sandboxes, DockerEngine engine, TaskAssignment assignment, ContainerLimits limits, string sessionId)
    {
        this._sandboxes = sandboxes;
        this._engine = engine;
        this._assignment = assignment;
        this._limits = limits;
        _paths = ContainerPlan.PathsFor(assignment);
        this._sessionId = sessionId;
        // The name is known before the engine answers, so that a container whose creation was cut short is found again.
        _container = $"orleans-hybrid-{assignment.Lease.TaskId}-{assignment.Lease.Attempt}-{Guid.NewGuid():N}";
    }

    /// <inheritdoc/>
    public bool IsPulling { get; private set; }

    /// <inheritdoc/>
    public Action OnDelayed { private get; set; } = () => { };

    /// <inheritdoc/>
    public TaskLimits Limits => _limits.TaskLimits;

    /// <inheritdoc/>
    public async Task<string?> PrepareAsync(CancellationToken cancellationToken)
    {
        var wanted = RequireImage();
        try
        {
            _image = await _sandboxes.PrepareAsync(wanted, _limits.Pull, _assignment.Login, () => IsPulling = true, OnDelayed, cancellationToken);
            return _image.DigestFor(wanted);
        }
        catch (DockerException ex)
        {
            throw DockerErrors.PullFailed(_assignment.Image, ex);
        }
        finally
        {
            IsPulling = false;
        }
    }

    /// <inheritdoc/>
    public async Task CreateAsync(SandboxFiles files, CancellationToken cancellationToken)
    {
        // By its id: another task's pull may have moved the tag since, and what runs is what was reported.
        var found = _image?.ID ?? RequireImage().ToString();
        try
        {
            _created = true;
            _bound = _sandboxes.Bind(_container, _paths, files);
            try
            {
                await CreateAsync(found, cancellationToken);
            }
            catch (DockerException ex) when (_sandboxes.CannotBind(_bound, ex))
            {
                _bound?.Dispose();
                _bound = null;
                await CreateAsync(found, cancellationToken);
            }

            if (_bound is null)
            {
                await _engine.UploadAsync(_container, ContainerPlan.CreateArchive(_paths, files), cancellationToken);
            }
        }
        catch (DockerException ex)
        {
            throw DockerErrors.CreateFailed(_assignment.Image, ex);
        }
    }

    /// <inheritdoc/>
    public async Task StartAsync(TaskLogWriter log, CancellationToken cancellationToken)
    {
        try
        {
            var output = await _sandboxes.StartAsync(_container, _limits.Network, cancellationToken);
            _run = new ContainerRun(_engine, _container, output, Take, _sandboxes.LogEngineState);
        }
        catch (DockerException ex)
        {
            throw DockerErrors.StartFailed(_assignment.Image, TaskCommand.DisplayText(_assignment), ex);
        }

        void Take(OutputStream stream, ReadOnlySpan<byte> bytes)
        {
            _head.Append(bytes);
            _tail.Append(bytes);
            log(stream, bytes);
        }
    }

    /// <inheritdoc/>
    public async Task<SandboxExit> WaitAsync(CancellationToken cancellationToken)
    {
        var started = _run ?? throw new UnreachableException($"{_container} was not started, and is waited for.");
        try
        {
            var exit = await started.Ended.WaitAsync(cancellationToken);
            return DockerErrors.FindInitError(_assignment.Image, TaskCommand.DisplayText(_assignment), exit.ExitCode, _head.ToString()) is { } unstartable
                ? throw unstartable
                : exit.ExitCode == 0 || exit.OutOfMemory ? exit
                : exit with { Hint = ConfinementHint.Find(_tail.ToString(), _limits) };
        }
        catch (DockerException ex)
        {
            throw DockerErrors.EngineLost(ex);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Never throws: when the engine can't be told, the wait ends with its error.</remarks>
    public async Task StopAsync(TimeSpan grace)
    {
        if (_run is not { } started || started.Ended.IsCompleted)
        {
            return;
        }

        var patience = Task.Delay(grace, _engine.Timeouts.Clock);
        using (var term = new CancellationTokenSource(grace, _engine.Timeouts.Clock))
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
    public async Task<string> ReadProgressAsync(CancellationToken cancellationToken, bool last = false)
    {
        if (_bound is { } here)
        {
            return here.ReadProgress(last);
        }

        try
        {
            var content = await _engine.ReadFileAsync(_container, _paths.Progress, MaxProgressBytes, cancellationToken);
            return content is null ? "" : _progress.ReadNew(content, last);
        }
        catch (DockerException)
        {
            // Progress is a courtesy: a failing engine shows in the wait, which knows what to do about it.
            return "";
        }
    }

    // The engine has no word for a change, and a read costs it some milliseconds: soon after the last change, ever later without.
    public TimeSpan? GetProgressPollDelay(TimeSpan quiet) => _bound is not null || quiet / 4 < ProgressPollInterval ? ProgressPollInterval : quiet / 4;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_created)
        {
            _created = false;
            await _sandboxes.RemoveAsync(_container);
            _bound?.Dispose();
        }

        if (_run is { } started)
        {
            _run = null;
            await started.DisposeAsync();
        }
    }

    private Task CreateAsync(string found, CancellationToken cancellationToken) => _sandboxes.CreateAsync(
        _container,
        _limits.Network,
        (network, host) => ContainerPlan.CreateSpec(_assignment, found, _sessionId, _limits, network, host, _bound?.Mounts ?? []),
        cancellationToken);

    private ImageReference RequireImage() => _limits.RejectionReason.Length == 0
        ? _limits.Image!
        : throw new SandboxException(_limits.RejectionReason, isTransient: false) { IsPermanent = true };

    // What it gives back only matters when the container has not ended.
    private async Task<DockerException> KillAsync(ContainerRun started)
    {
        var (clock, start) = (_engine.Timeouts.Clock, _engine.Timeouts.Clock.GetTimestamp());
        while (await TryKillAsync("SIGKILL", CancellationToken.None) is { IsTransient: true } away)
        {
            if (clock.GetElapsedTime(start) >= _engine.Timeouts.Recovery)
            {
                return away;
            }

            await Task.WhenAny(started.Ended, Task.Delay(_engine.Timeouts.RetryDelay, clock));
        }

        await Task.WhenAny(started.Ended, Task.Delay(_engine.Timeouts.Operation, clock));
        return DockerException.Unreachable($"{_container} does not end, although it was killed");
    }

    private async Task<DockerException?> TryKillAsync(string signal, CancellationToken cancellationToken)
    {
        try
        {
            await _engine.KillAsync(_container, signal, cancellationToken);
            return null;
        }
        catch (DockerException ex)
        {
            return ex;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
