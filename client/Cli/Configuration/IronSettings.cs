namespace OrleansHybrid.Cli.Configuration;

/// <summary>Address and credentials of one source; null where it does not set them.</summary>
internal sealed record IronSettings
{
    public string? Token { get; init; }

    public string? ProjectId { get; init; }

    public string? Host { get; init; }

    public string? Port { get; init; }

    public string? Scheme { get; init; }

    public string? ApiVersion { get; init; }

    public static IronSettings FromVariables(Func<string, string?> variable, string prefix) => new()
    {
        Token = variable($"{prefix}TOKEN"),
        ProjectId = variable($"{prefix}PROJECT_ID"),
        Host = variable($"{prefix}HOST"),
        Port = variable($"{prefix}PORT"),
        Scheme = variable($"{prefix}SCHEME"),
        ApiVersion = variable($"{prefix}API_VERSION"),
    };

    /// <summary>This, and from <paramref name="fallback"/> whatever this does not say.</summary>
    public IronSettings WithFallback(IronSettings fallback) => new()
    {
        Token = Token ?? fallback.Token,
        ProjectId = ProjectId ?? fallback.ProjectId,
        Host = Host ?? fallback.Host,
        Port = Port ?? fallback.Port,
        Scheme = Scheme ?? fallback.Scheme,
        ApiVersion = ApiVersion ?? fallback.ApiVersion,
    };
}
