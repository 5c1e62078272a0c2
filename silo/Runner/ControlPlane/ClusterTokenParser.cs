using System.Buffers.Text;
using System.Text;

namespace OrleansHybrid.Runner.ControlPlane;

/// <summary>Reads the control plane's address out of a cluster token, <c>secret.base64url(address)</c>.</summary>
internal static class ClusterTokenParser
{
    public static Uri? ParseAddress(string token)
    {
        var dot = token.LastIndexOf('.');
        if (dot < 1 || !Base64Url.IsValid(token.AsSpan(dot + 1)))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.AsSpan(dot + 1)));
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && IsHttp(address) ? address : null;
    }

    public static bool IsHttp(Uri address) => address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps;
}
