using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>
/// The bridge that tasks are on, where they reach the world and not each other; made when it is missing, one for all runners of a host.
/// </summary>
internal sealed partial class TaskNetwork(DockerEngine engine, string name, ILogger logger)
{
    /// <summary>Its name, also as an interface of the host, for which 15 characters are allowed.</summary>
    public const string DefaultName = "orleans-hybrid";

    /// <summary>The engine's own bridge, on which containers reach each other.</summary>
    public const string DefaultBridge = "bridge";

    private const int MaxAttempts = 20;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private volatile bool _exists;
    private volatile bool _isWarned;

    /// <summary>
    /// Makes sure of the network that a container wants, and gives its name; where an engine can't have ours, its own bridge.
    /// </summary>
    public async Task<string> EnsureAsync(string wanted, CancellationToken cancellationToken)
    {
        if (wanted != name || _exists)
        {
            return wanted;
        }

        if (await CreateAsync(cancellationToken) is { } rejection)
        {
            WarnOnce(() => LogFellBack(name, rejection));
            return DefaultBridge;
        }

        _exists = true;
        return name;
    }

    /// <summary>Does what needs the network; once more when it was removed since, as pruning does while no task runs.</summary>
    public async Task<T> RetryIfMissingAsync<T>(string wanted, Func<Task<T>> use, CancellationToken cancellationToken)
    {
        try
        {
            return await use();
        }
        catch (DockerException ex) when (wanted == name && IsMissing(ex))
        {
            _exists = false;
            await EnsureAsync(wanted, cancellationToken);
            return await use();
        }
    }

    // The interface's name makes it one: of several that make it at the same time the engine refuses all but the first.
    private async Task<string?> CreateAsync(CancellationToken cancellationToken)
    {
        var rejection = "it does not stay";
        for (var tries = 0; tries < MaxAttempts; tries++)
        {
            if (await engine.FindNetworkAsync(name, cancellationToken) is { } found)
            {
                if (!found.IsIsolated)
                {
                    WarnOnce(() => LogNotIsolated(name));
                }

                return null;
            }

            try
            {
                await engine.CreateNetworkAsync(NetworksCreateParameters.Isolated(name), cancellationToken);
            }
            catch (DockerException ex) when (ex.Status is not null)
            {
                rejection = ex.Reason;
                if (!IsTaken(ex))
                {
                    return await engine.FindNetworkAsync(name, cancellationToken) is null ? rejection : null;
                }

                await Task.Delay(RetryDelay, engine.Timeouts.Clock, cancellationToken);
            }
        }

        return rejection;
    }

    private static bool IsTaken(DockerException exception) =>
        exception.Reason.Contains("already exists", StringComparison.Ordinal)
        || exception.Reason.Contains("conflicts with network", StringComparison.Ordinal);

    private bool IsMissing(DockerException exception) =>
        exception.Reason.Contains($"network {name} not found", StringComparison.Ordinal);

    private void WarnOnce(Action log)
    {
        if (!_isWarned)
        {
            _isWarned = true;
            log();
        }
    }

    [LoggerMessage(307, LogLevel.Warning,
        "This engine can't have the network {Network}, so tasks are on its default bridge, where they can reach each other: {Reason}")]
    private partial void LogFellBack(string network, string reason);

    [LoggerMessage(308, LogLevel.Warning,
        "On the network {Network} tasks can reach each other: somebody made it so; remove it, and it is made anew without")]
    private partial void LogNotIsolated(string network);
}
