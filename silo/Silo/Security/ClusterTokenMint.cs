using System.Buffers.Text;
using System.Text;
using Orleans.Hybrid.Domain.Clusters;

namespace Orleans.Hybrid.Silo.Security;

/// <summary>
/// Cluster tokens: a secret, a dot, and the control plane's public address, so that a runner needs no third value.
/// </summary>
internal sealed class ClusterTokenMint(ServerKey key, PublicAddress address, Ids ids, TimeProvider time)
{
    /// <summary>Makes a token for a cluster.</summary>
    public ClusterToken New(string clusterId)
    {
        var text = $"{Secret.New()}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(address.Value))}";
        return new ClusterToken(ids.New(), clusterId, Secret.Hash(text), key.Seal(text, Place(clusterId)), time.GetUtcNow());
    }

    /// <summary>The token's text.</summary>
    public string Show(ClusterToken token) => key.Open(token.Sealed, Place(token.ClusterId));

    private static string Place(string clusterId) => $"cluster/{clusterId}/token";
}
