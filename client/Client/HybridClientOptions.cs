using Orleans.Hybrid.Contracts.Sealing;

namespace Orleans.Hybrid.Client;

/// <summary>Where a <see cref="HybridClient"/> calls, and as whom.</summary>
public sealed record HybridClientOptions
{
    /// <summary>The control plane, such as <c>https://jobs.internal</c>; a path in it is kept as a prefix.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>A user token: a secret.</summary>
    public required string Token { get; init; }

    /// <summary>
    /// The project that tasks and code packages belong to, 24 hex digits; calls about clusters need none.
    /// </summary>
    public string ProjectId { get; init; } = "";

    /// <summary>Version of the API, the first segment of every path.</summary>
    public string ApiVersion { get; init; } = "2";

    /// <summary>
    /// When set, every payload is sealed with it before it leaves this process, also an empty one. The caller disposes
    /// the key, after the client.
    /// </summary>
    public SymmetricKey? EncryptionKey { get; init; }

    /// <summary>Allows <c>http://</c> to other machines, where anybody on the way reads the token.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>How often a call is tried in all while the server asks to come again, or can't be connected to; at least 1.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>
    /// How long <see cref="TaskCalls.WaitAsync"/> and <see cref="TaskCalls.FollowLogAsync"/> bear a server that does
    /// not answer.
    /// </summary>
    public TimeSpan OutagePatience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The clock that pauses are measured on.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Everything but the token.</summary>
    public override string ToString() => $"{BaseUrl} v{ApiVersion}, project {ProjectId}";
}
