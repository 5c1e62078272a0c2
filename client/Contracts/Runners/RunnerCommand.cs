using System.Buffers.Text;
using System.Text;

namespace Orleans.Hybrid.Contracts.Runners;

/// <summary>How a runner is started on a machine with Docker: the one line that people copy.</summary>
public static class RunnerCommand
{
    private const string Image = "orleans-hybrid/runner";

    /// <summary>The line for a cluster.</summary>
    /// <param name="clusterId">24 hex digits.</param>
    /// <param name="clusterToken">A secret, then a dot and the control plane's address in base64url.</param>
    public static string Docker(string clusterId, string clusterToken)
    {
        // A container has a loopback of its own.
        var network = IsLoopback(clusterToken) ? "--network host " : "";
        return "docker run -d --restart unless-stopped -v /var/run/docker.sock:/var/run/docker.sock "
            + $"{network}-e CLUSTER_ID={clusterId} -e CLUSTER_TOKEN={clusterToken} {Image}";
    }

    private static bool IsLoopback(string clusterToken) =>
        clusterToken.Split('.') is [_, var encoded]
        && Base64Url.IsValid(encoded)
        && Uri.TryCreate(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(encoded)), UriKind.Absolute, out var address)
        && address.IsLoopback;
}
