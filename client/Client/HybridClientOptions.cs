namespace OrleansHybrid.Client;

/// <summary>Where a <see cref="HybridClient"/> calls, and as whom.</summary>
public sealed record HybridClientOptions : HybridOptions
{
    /// <summary>The control plane, such as <c>https://jobs.internal</c>; a path in it is kept as a prefix.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>A user token: a secret.</summary>
    public required string Token { get; init; }

    /// <summary>Version of the API, the first segment of every path.</summary>
    public string ApiVersion { get; init; } = "2";

    /// <summary>Allows <c>http://</c> to other machines, where the token can be read on the network.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>Everything but the token.</summary>
    public override string ToString() => $"{BaseUrl} v{ApiVersion}, project {ProjectId}";
}
