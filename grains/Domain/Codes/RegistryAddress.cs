namespace OrleansHybrid.Domain.Codes;

/// <summary>Registries by one name each, however they are written: host, and port where there is one.</summary>
public static class RegistryAddress
{
    /// <summary>The registry of images that name none.</summary>
    public const string Default = "docker.io";

    private static readonly string[] DefaultAliases = ["", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com"];

    /// <summary>The name of a registry, given as people do: with or without scheme and path; empty for the default one.</summary>
    public static string Normalize(string text)
    {
        var address = text.Trim();
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        var host = (scheme < 0 ? address : address[(scheme + 3)..]).Split('/')[0].ToLowerInvariant();
        return DefaultAliases.Contains(host) ? Default : host;
    }
}
