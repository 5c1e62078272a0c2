using Microsoft.Extensions.Configuration;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>
/// In a container the engine's socket is mounted at the start or never. So a runner of our image that finds none ends at once, and says
/// the line that it should have been started with; on a host it waits for an engine that may still be starting.
/// </summary>
internal static class DockerSocketCheck
{
    /// <summary>Does nothing outside our image, which names itself in <c>RUNNER_IMAGE</c>.</summary>
    public static void Verify(IConfiguration source, SecretSource secrets, RunnerOptions options)
    {
        if (source["RUNNER_IMAGE"] is not { } image
            || options.Executor != ExecutorKind.Docker
            || SocketPath(source["DOCKER_HOST"]) is not { } socket
            || File.Exists(socket))
        {
            return;
        }

        var why = Directory.Exists(socket)
            ? "is a folder, which Docker makes where the host has no such socket: find the engine's socket, and mount that one."
            : "is not in this container, and tasks run as containers of the engine behind it: mount it.";
        string[] variables = [.. secrets.PresentNames, .. FindPresent(source)];
        var line = DockerRunCommand.Build(options.ClusterId, options.ClusterToken, variables, image, socket);
        var shell = secrets.PresentNames is { Count: > 0 } names ? $" with {string.Join(", ", names)} in your shell's environment" : "";
        throw new ConfigurationException(socket, $"{why} Remove this container, and start it{shell} by:\n{line}");
    }

    /// <summary>The settings that may be shown, as <c>NAME=value</c>, but for those that the image sets by itself.</summary>
    private static IEnumerable<string> FindPresent(IConfiguration source) => SettingOptions.Variables
        .Concat(SettingOptions.SecretFileVariables).Append("DOCKER_HOST")
        .Where(name => name is not ("CLUSTER_ID" or "CLUSTER_ID_FILE" or "STATE_DIR") && source[name] is not null)
        .Select(name => $"{name}={source[name]}");

    private static string? SocketPath(string? dockerHost)
    {
        try
        {
            return DockerAddress.Parse(dockerHost).SocketPath;
        }
        catch (FormatException)
        {
            // Opening the engine reports what is wrong with its address.
            return null;
        }
    }
}
