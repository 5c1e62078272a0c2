using System.Buffers.Text;
using System.Text;
using OrleansHybrid.Domain.Clusters;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// Cluster tokens: a secret, a dot, and the control plane's public address, so that a runner needs no third value. Only
/// the secret is stored: the address is where the control plane is when the token is shown.
/// </summary>
internal sealed class ClusterTokenIssuer(ServerKey key, PublicAddress address, IdGenerator ids, TimeProvider time)
{
    /// <summary>Makes a token for a cluster.</summary>
    public ClusterTokenRecord Issue(string clusterId)
    {
        var secret = TokenHasher.NewToken();
        return new ClusterTokenRecord(
            ids.New(), clusterId, TokenHasher.Hash(secret), key.Seal(secret, PurposeOf(clusterId)), time.GetUtcNow());
    }

    /// <summary>The token's text.</summary>
    public string Reveal(ClusterTokenRecord token)
    {
        var secret = key.Open(token.Sealed, PurposeOf(token.ClusterId));
        return $"{secret}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(address.Value))}";
    }

    /// <summary>The hash by which a presented token is looked up.</summary>
    public static byte[] Hash(string token) => TokenHasher.Hash(token.Split('.')[0]);

    private static string PurposeOf(string clusterId) => $"cluster/{clusterId}/token";
}
