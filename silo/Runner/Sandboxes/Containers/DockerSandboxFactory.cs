using System.Collections.Concurrent;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Primitives.Codes;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Policy;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>Makes containers of one engine, and sees to it that none stays behind.</summary>
internal sealed partial class DockerSandboxFactory(
    DockerEngine engine, DockerOptions options, ILogger<DockerSandboxFactory> logger) : ISandboxFactory, IDisposable
{
    private const int MaxPullAttempts = 5;

    private readonly ConcurrentDictionary<string, bool> _leftovers = new();
    private readonly TaskNetwork _network = new(engine, options.TaskNetworkName, logger);
    private readonly TmpfsDirectory? _folder = options.TmpfsDirectory is { } root ? TmpfsDirectory.Open(root) : null;
    private volatile DockerHost? _host;
    private int _bindMountsUnavailable;

    /// <inheritdoc/>
    public string Description => engine.KnownVersion is { } known ? $"docker {known.Version.Split('+')[0]}" : "docker";

    /// <summary>Whether what a task writes is limited on this host; null before the first container was made.</summary>
    public bool? LimitsDisk { get; private set; }

    public void Dispose() => _folder?.Dispose();

    /// <inheritdoc/>
    public async Task EnsureReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await engine.VersionAsync(cancellationToken);
            ImageGrant[] grants = [.. options.Policy.Rules.Select(rule => rule.Grant).OfType<ImageGrant>().Where(grant => grant.Mounts.Count > 0)];
            var able = grants.Length > 0 ? await DockerHost.QueryAsync(engine, cancellationToken) : null;
            Array.ForEach(grants, grant => ContainerLimits.Verify(grant, options.Policy.ProtectedPaths, able!));
        }
        catch (DockerException ex)
        {
            throw new SandboxException($"No Docker engine: {ex.Reason}", isTransient: true, ex);
        }
    }

    /// <inheritdoc/>
    public async Task<string?> FindStorageFolderAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A container sees its engine's folder from inside only: its own root lies on the same disk.
            var folder = (await engine.InfoAsync(cancellationToken)).DockerRootDir;
            return !engine.IsLocal ? null : Directory.Exists(folder) ? folder : File.Exists("/.dockerenv") ? "/" : null;
        }
        catch (DockerException ex)
        {
            throw new SandboxException($"The engine's disk is not known: {ex.Reason}", isTransient: true, ex);
        }
    }

    /// <inheritdoc/>
    public ISandbox Create(TaskAssignment assignment, string sessionId) =>
        new DockerSandbox(this, engine, assignment, ContainerLimits.Create(assignment, options), sessionId);

    /// <inheritdoc/>
    public async Task RemoveOrphansAsync(string sessionId, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var id in await engine.ListAsync(ContainerPlan.SessionLabel, sessionId, cancellationToken))
            {
                await engine.RemoveAsync(id, cancellationToken);
                LogOrphanRemoved(id, sessionId);
            }
        }
        catch (DockerException ex)
        {
            throw new SandboxException(
                $"The containers of session {sessionId} could not be swept: {ex.Reason}", isTransient: true, ex);
        }
    }

    /// <summary>
    /// Makes the image available as its pull policy says, and gives it; <paramref name="onPulling"/> is called when that takes a pull, and
    /// <paramref name="onDelayed"/> when it takes more than one.
    /// </summary>
    internal async Task<ImageInspectResponse> PrepareAsync(
        ImageReference image, PullPolicy policy, RegistryLogin? login, Action onPulling, Action onDelayed, CancellationToken cancellationToken)
    {
        var present = policy == PullPolicy.Always ? null : await engine.FindImageAsync(image, cancellationToken);
        if (present is null && policy == PullPolicy.Never)
        {
            throw new SandboxException($"The image {image} is absent, and this runner never pulls.", isTransient: false);
        }

        if (present is null)
        {
            onPulling();
            await PullWithRetryAsync(image, checkAccess: policy == PullPolicy.Always && image.Pinned, login, onDelayed, cancellationToken);
            present = await engine.FindImageAsync(image, cancellationToken)
                ?? throw DockerException.Unreachable("it was pulled, and is gone again");
        }

        await RemoveLeftoversAsync();
        return present;
    }

    /// <summary>A task's files, to be bound into its container; null where the engine is to put them there.</summary>
    internal TmpfsTaskFiles? Bind(string container, TaskPaths paths, SandboxFiles files) =>
        files.Zip is null && _bindMountsUnavailable == 0 ? _folder?.Add(container, paths, files) : null;

    /// <summary>True when the engine does not see files of this host, as when it or this runner is elsewhere; then none are bound again.</summary>
    internal bool CannotBind(TmpfsTaskFiles? files, DockerException exception)
    {
        var unseen = files?.Mounts.Any(file => exception.Reason.Contains(file.Source!, StringComparison.Ordinal)) == true;
        if (unseen && Interlocked.Exchange(ref _bindMountsUnavailable, 1) == 0)
        {
            LogBindMountsUnavailable(exception.Reason);
        }

        return unseen;
    }

    /// <summary>Creates the container for an assignment, with every limit that the engine's host can keep, on the network that it gets.</summary>
    internal async Task CreateAsync(
        string name, string wanted, Func<string, DockerHost, CreateContainerParameters> plan, CancellationToken cancellationToken)
    {
        var able = _host ??= await DockerHost.QueryAsync(engine, cancellationToken);
        var given = await _network.EnsureAsync(wanted, cancellationToken);
        var spec = plan(given, able);
        try
        {
            await _network.RetryIfMissingAsync(given, () => engine.CreateAsync(name, spec, cancellationToken), cancellationToken);
        }
        catch (DockerException ex) when (
            spec.HostConfig?.StorageOpt is not null && ex.Reason.Contains("storage-opt", StringComparison.Ordinal))
        {
            able = able with { DiskLimit = false };
            if (Interlocked.Exchange(ref _host, able) is { DiskLimit: true })
            {
                LogDiskUnlimited(ex.Reason);
            }

            spec = plan(given, able);
            await engine.CreateAsync(name, spec, cancellationToken);
        }

        LimitsDisk = spec.HostConfig?.StorageOpt is not null;
    }

    /// <summary>Starts a container, and gives its output from the first byte on.</summary>
    internal Task<DockerStream> StartAsync(string name, string wanted, CancellationToken cancellationToken) =>
        _network.RetryIfMissingAsync(wanted, () => AttachAndStartAsync(name, cancellationToken), cancellationToken);

    /// <summary>Removes a container now, or, where the engine won't, as soon as it answers again.</summary>
    internal async Task RemoveAsync(string name)
    {
        try
        {
            await engine.RemoveAsync(name, CancellationToken.None);
            _leftovers.TryRemove(name, out _);
        }
        catch (DockerException ex)
        {
            _leftovers[name] = true;
            LogRemovalFailed(name, ex.Reason);
        }
    }

    /// <summary>Logs that the engine of a container is away, or back.</summary>
    internal void LogEngineState(string container, DockerException? exception)
    {
        if (exception is null)
        {
            LogEngineRecovered(container);
        }
        else
        {
            LogEngineUnavailable(container, exception.Reason, engine.Timeouts.Recovery.TotalSeconds);
        }
    }

    // A registry that is away must not hold up the tasks whose images are elsewhere, so its task waits for it, not the runner.
    private async Task PullWithRetryAsync(
        ImageReference image, bool checkAccess, RegistryLogin? login, Action onDelayed, CancellationToken cancellationToken)
    {
        var pause = engine.Timeouts.PullRetryDelay;
        for (var pulls = 1; ; pulls++, pause *= 2)
        {
            try
            {
                if (checkAccess)
                {
                    await engine.CheckRegistryAccessAsync(image, login, cancellationToken);
                }

                await engine.PullAsync(image, login, cancellationToken);
                return;
            }
            catch (DockerException ex) when (DockerErrors.IsRegistryError(ex))
            {
                if (pulls == MaxPullAttempts || !DockerErrors.IsTransientRegistryError(ex))
                {
                    throw DockerErrors.RegistryFailed(image.ToString(), ex);
                }

                onDelayed();
                LogPullRetry(image, pause.TotalSeconds, ex.Reason);
                await Task.Delay(pause, engine.Timeouts.Clock, cancellationToken);
            }
        }
    }

    // An engine that could not start a container has closed what was attached to it.
    private async Task<DockerStream> AttachAndStartAsync(string name, CancellationToken cancellationToken)
    {
        var output = await engine.AttachAsync(name, cancellationToken);
        try
        {
            await engine.StartAsync(name, cancellationToken);
            return output;
        }
        catch (Exception)
        {
            await output.DisposeAsync();
            throw;
        }
    }

    private async Task RemoveLeftoversAsync()
    {
        foreach (var name in _leftovers.Keys)
        {
            await RemoveAsync(name);
        }
    }

    [LoggerMessage(301, LogLevel.Information, "Removed container {Container}, left behind by session {Session}")]
    private partial void LogOrphanRemoved(string container, string session);

    [LoggerMessage(302, LogLevel.Warning, "Could not remove container {Container}, will try again: {Reason}")]
    private partial void LogRemovalFailed(string container, string reason);

    [LoggerMessage(303, LogLevel.Warning, "What tasks write can't be limited on this engine's storage: {Reason}")]
    private partial void LogDiskUnlimited(string reason);

    [LoggerMessage(304, LogLevel.Warning, "The engine is away; container {Container} is waited for, {Seconds} s at most: {Reason}")]
    private partial void LogEngineUnavailable(string container, string reason, double seconds);

    [LoggerMessage(305, LogLevel.Information, "The engine is back, and container {Container} is followed again")]
    private partial void LogEngineRecovered(string container);

    [LoggerMessage(310, LogLevel.Warning,
        "The engine does not see TASK_DIR_TMPFS of this runner, so it puts the files of tasks into their containers itself: {Reason}")]
    private partial void LogBindMountsUnavailable(string reason);

    [LoggerMessage(306, LogLevel.Warning, "The image {Image} did not come, next try in {Seconds} s: {Reason}")]
    private partial void LogPullRetry(ImageReference image, double seconds, string reason);
}
