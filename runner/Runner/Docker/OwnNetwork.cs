using Microsoft.Extensions.Logging;

namespace OrleansHybrid.Runner.Docker;

/// <summary>
/// The bridge that tasks are on, where they reach the world and not each other; made when it is missing, one for all runners of a host.
/// </summary>
internal sealed partial class OwnNetwork(DockerEngine engine, string name, ILogger logger)
{
    /// <summary>Its name, also as an interface of the host, for which 15 characters are allowed.</summary>
    public const string UsualName = "orleans-hybrid";

    /// <summary>The engine's own bridge, on which containers reach each other.</summary>
    public const string EnginesBridge = "bridge";

    private const int MostTries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private volatile bool _isThere;
    private volatile bool _isTold;

    /// <summary>
    /// Makes sure of the network that a container wants, and gives its name; where an engine can't have ours, its own bridge.
    /// </summary>
    public async Task<string> EnsureAsync(string wanted, CancellationToken cancellationToken)
    {
        if (wanted != name || _isThere)
        {
            return wanted;
        }

        if (await MakeAsync(cancellationToken) is { } refusal)
        {
            TellOnce(() => LogFellBack(name, refusal));
            return EnginesBridge;
        }

        _isThere = true;
        return name;
    }

    /// <summary>Does what needs the network; once more when it was removed since, as pruning does while no task runs.</summary>
    public async Task<T> UseAsync<T>(string wanted, Func<Task<T>> use, CancellationToken cancellationToken)
    {
        try
        {
            return await use();
        }
        catch (DockerException ex) when (wanted == name && IsMissing(ex))
        {
            _isThere = false;
            await EnsureAsync(wanted, cancellationToken);
            return await use();
        }
    }

    // The interface's name makes it one: of several that make it at the same time the engine refuses all but the first.
    private async Task<string?> MakeAsync(CancellationToken cancellationToken)
    {
        var refusal = "it does not stay";
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await engine.FindNetworkAsync(name, cancellationToken) is { } found)
            {
                if (!found.KeepsApart)
                {
                    TellOnce(() => LogOpen(name));
                }

                return null;
            }

            try
            {
                await engine.CreateNetworkAsync(NetworkSpec.Apart(name), cancellationToken);
            }
            catch (DockerException ex) when (ex.Status is not null)
            {
                refusal = ex.Reason;
                if (!IsTaken(ex))
                {
                    return await engine.FindNetworkAsync(name, cancellationToken) is null ? refusal : null;
                }

                await Task.Delay(Pause, engine.Timeouts.Clock, cancellationToken);
            }
        }

        return refusal;
    }

    private static bool IsTaken(DockerException refused) =>
        refused.Reason.Contains("already exists", StringComparison.Ordinal)
        || refused.Reason.Contains("conflicts with network", StringComparison.Ordinal);

    private bool IsMissing(DockerException gone) =>
        gone.Reason.Contains($"network {name} not found", StringComparison.Ordinal);

    private void TellOnce(Action tell)
    {
        if (!_isTold)
        {
            _isTold = true;
            tell();
        }
    }

    [LoggerMessage(307, LogLevel.Warning,
        "This engine can't have the network {Network}, so tasks are on its default bridge, where they can reach each other: {Reason}")]
    private partial void LogFellBack(string network, string reason);

    [LoggerMessage(308, LogLevel.Warning,
        "On the network {Network} tasks can reach each other: somebody made it so; remove it, and it is made anew without")]
    private partial void LogOpen(string network);
}
