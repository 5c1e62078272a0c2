using System.Buffers.Text;
using System.Text;

namespace OrleansHybrid.Contracts.Runners;

/// <summary>How a runner is started on a machine with Docker: the one line that people copy.</summary>
public static class DockerRunCommand
{
    /// <summary>The default path of a Docker engine's socket.</summary>
    public const string DefaultSocket = "/var/run/docker.sock";

    private const string Image = "orleans-hybrid/runner";

    /// <summary>The line for a cluster.</summary>
    /// <param name="clusterId">24 hex digits.</param>
    /// <param name="clusterToken">A secret, then a dot and the control plane's address in base64url.</param>
    public static string Build(string clusterId, string clusterToken) =>
        Build(clusterId, clusterToken, [$"CLUSTER_TOKEN={clusterToken}"], Image, DefaultSocket);

    /// <summary>The command line for a cluster, without secrets.</summary>
    /// <param name="clusterId">24 hex digits.</param>
    /// <param name="clusterToken">Only read for the control plane's address.</param>
    /// <param name="variables">Each as <c>NAME=value</c>, or as <c>NAME</c>, whose value Docker takes from the shell's environment.</param>
    /// <param name="image">The runner's image.</param>
    /// <param name="socket">The engine's socket.</param>
    public static string Build(
        string clusterId, string clusterToken, IEnumerable<string> variables, string image, string socket)
    {
        // A container has a loopback of its own.
        var network = IsLoopback(clusterToken) ? "--network host " : "";
        var environment = string.Concat(variables.Select(variable => $"-e {Quote(variable)} "));
        return $"docker run -d --restart unless-stopped -v {Quote($"{socket}:{socket}")} "
            + $"{network}-e CLUSTER_ID={clusterId} {environment}{image}";
    }

    private static string Quote(string word) => word.All(c => char.IsAsciiLetterOrDigit(c) || "_-=./:,@%".Contains(c))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static bool IsLoopback(string clusterToken) =>
        clusterToken.Split('.') is [_, var encoded]
        && Base64Url.IsValid(encoded)
        && Uri.TryCreate(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(encoded)), UriKind.Absolute, out var address)
        && address.IsLoopback;
}
