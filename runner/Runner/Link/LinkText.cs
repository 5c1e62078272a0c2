using System.Text.RegularExpressions;

namespace Orleans.Hybrid.Runner.Link;

/// <summary>Messages of the network's own may quote a proxy's address, and that may hold a password.</summary>
internal static partial class LinkText
{
    public static string WithoutPasswords(string text) => UserInfo().Replace(text, "://");

    [GeneratedRegex(@"://[^/\s'""]*@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();
}
