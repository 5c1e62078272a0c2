using System.Buffers.Text;
using System.Text;
using OrleansHybrid.Domain.Clusters;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// Cluster tokens: a secret, a dot, and the control plane's public address, so that a runner needs no third value. Only
/// the secret is stored: the address is where the control plane is when the token is shown.
/// </summary>
internal sealed class ClusterTokenMint(ServerKey key, PublicAddress address, Ids ids, TimeProvider time)
{
    /// <summary>Makes a token for a cluster.</summary>
    public ClusterToken New(string clusterId)
    {
        var secret = Secret.New();
        return new ClusterToken(
            ids.New(), clusterId, Secret.Hash(secret), key.Seal(secret, Place(clusterId)), time.GetUtcNow());
    }

    /// <summary>The token's text.</summary>
    public string Show(ClusterToken token)
    {
        var secret = key.Open(token.Sealed, Place(token.ClusterId));
        return $"{secret}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(address.Value))}";
    }

    /// <summary>What a token that somebody shows is looked up by.</summary>
    public static byte[] Hash(string token) => Secret.Hash(token.Split('.')[0]);

    private static string Place(string clusterId) => $"cluster/{clusterId}/token";
}
