namespace OrleansHybrid.Contracts.Iron;

/// <summary>One of a cluster's tokens. An addition to the published API.</summary>
public sealed record ClusterTokenInfo
{
    /// <summary>Token id: 24 hex digits, no secret.</summary>
    public required string Id { get; init; }

    /// <summary>The cluster: 24 hex digits.</summary>
    public string ClusterId { get; init => field = value ?? ""; } = "";

    /// <summary>When it was added.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>How many connected runners enrolled with it; in lists only.</summary>
    public int? Runners { get; init; }

    /// <summary>The token that runners enrol with: a secret, shown when it is added.</summary>
    public string? Token { get; init; }
}

/// <summary>Response to <c>POST /clusters/{id}/tokens</c>.</summary>
public sealed record ClusterTokenResponse
{
    /// <summary>A message on the result; absent when nothing was done.</summary>
    public string? Msg { get; init; }

    /// <summary>The new token.</summary>
    public required ClusterTokenInfo Token { get; init; }
}

/// <summary>Response to <c>GET /clusters/{id}/tokens</c>.</summary>
public sealed record ClusterTokenList
{
    /// <summary>The tokens, newest first.</summary>
    public required IReadOnlyList<ClusterTokenInfo> Tokens { get; init; }
}
