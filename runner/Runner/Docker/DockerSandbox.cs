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

    private readonly DockerSandboxes _sandboxes;
    private readonly DockerEngine _engine;
    private readonly TaskOrder _order;
    private readonly TaskTerms _terms;
    private readonly string _sessionId;
    private readonly string _container;
    private readonly TaskPlace _place;
    private readonly ProgressFile _progress = new();
    private readonly OutputHead _head = new();
    private readonly OutputTail _tail = new();
    private DockerImage? _image;
    private HostFiles? _bound;
    private bool _created;
    private ContainerRun? _run;

    public DockerSandbox(DockerSandboxes sandboxes, DockerEngine engine, TaskOrder order, TaskTerms terms, string sessionId)
    {
        this._sandboxes = sandboxes;
        this._engine = engine;
        this._order = order;
        this._terms = terms;
        _place = ContainerPlan.Place(order);
        this._sessionId = sessionId;
        // The name is known before the engine answers, so that a container whose creation was cut short is found again.
        _container = $"orleans-hybrid-{order.Lease.TaskId}-{order.Lease.Attempt}-{Guid.NewGuid():N}";
    }

    /// <inheritdoc/>
    public bool IsPulling { get; private set; }

    /// <inheritdoc/>
    public Action WhenLate { private get; set; } = () => { };

    /// <inheritdoc/>
    public TaskCeilings Ceilings => _terms.Ceilings;

    /// <inheritdoc/>
    public async Task<string?> PrepareAsync(CancellationToken cancellationToken)
    {
        var wanted = Image();
        try
        {
            _image = await _sandboxes.PrepareAsync(wanted, _terms.Pull, _order.Login, () => IsPulling = true, WhenLate, cancellationToken);
            return _image.DigestFor(wanted);
        }
        catch (DockerException ex)
        {
            throw DockerTrouble.WithImage(_order.Image, ex);
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
        var found = _image?.Id ?? Image().ToString();
        try
        {
            _created = true;
            _bound = _sandboxes.Bind(_container, _place, files);
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
                await _engine.PutAsync(_container, ContainerPlan.Contents(_place, files), cancellationToken);
            }
        }
        catch (DockerException ex)
        {
            throw DockerTrouble.WithContainer(_order.Image, ex);
        }
    }

    /// <inheritdoc/>
    public async Task StartAsync(LogSink log, CancellationToken cancellationToken)
    {
        try
        {
            var output = await _sandboxes.StartAsync(_container, _terms.Network, cancellationToken);
            _run = new ContainerRun(_engine, _container, output, Take, _sandboxes.Tell);
        }
        catch (DockerException ex)
        {
            throw DockerTrouble.WithStart(_order.Image, TaskCommand.Shown(_order), ex);
        }

        void Take(OutputStream stream, ReadOnlySpan<byte> bytes)
        {
            _head.Take(bytes);
            _tail.Take(bytes);
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
            return DockerTrouble.AtInit(_order.Image, TaskCommand.Shown(_order), exit.ExitCode, _head.ToString()) is { } unstartable
                ? throw unstartable
                : exit.ExitCode == 0 || exit.OutOfMemory ? exit
                : exit with { Hint = ConfinementHint.In(_tail.ToString(), _terms) };
        }
        catch (DockerException ex)
        {
            throw DockerTrouble.WithEngine(ex);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Never throws: when the engine can't be told, the wait ends with its trouble.</remarks>
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
            var content = await _engine.ReadAsync(_container, _place.Progress, LongestProgress, cancellationToken);
            return content is null ? "" : _progress.Take(content, last);
        }
        catch (DockerException)
        {
            // Progress is a courtesy: an engine in trouble shows in the wait, which knows what to do about it.
            return "";
        }
    }

    // The engine has no word for a change, and a look costs it some milliseconds: soon after the last news, ever later without.
    public TimeSpan? NextLook(TimeSpan quiet) => _bound is not null || quiet / 4 < LookPause ? LookPause : quiet / 4;

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
        _terms.Network,
        (network, host) => ContainerPlan.For(_order, found, _sessionId, _terms, network, host, _bound?.Mounts ?? []),
        cancellationToken);

    private ImageReference Image() => _terms.Refusal.Length == 0
        ? _terms.Image!
        : throw new SandboxException(_terms.Refusal, passing: false) { IsLasting = true };

    // What it gives back only matters when the container has not ended.
    private async Task<DockerException> KillAsync(ContainerRun started)
    {
        var (clock, start) = (_engine.Timeouts.Clock, _engine.Timeouts.Clock.GetTimestamp());
        while (await TryKillAsync("SIGKILL", CancellationToken.None) is { Passing: true } away)
        {
            if (clock.GetElapsedTime(start) >= _engine.Timeouts.Return)
            {
                return away;
            }

            await Task.WhenAny(started.Ended, Task.Delay(_engine.Timeouts.Pause, clock));
        }

        await Task.WhenAny(started.Ended, Task.Delay(_engine.Timeouts.Work, clock));
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
