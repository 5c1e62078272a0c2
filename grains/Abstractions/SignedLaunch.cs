namespace OrleansHybrid.Abstractions;

/// <summary>A request to a launcher: a commit, parameter values, and the caller.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.signed-launch")]
public sealed record SignedLaunch
{
    /// <summary>The commit: small hex digits.</summary>
    [Id(0)]
    public required string CommitHash { get; init; }

    /// <summary>Values of the policy's parameters, by name.</summary>
    [Id(1)]
    public Dictionary<string, string> Parameters { get; init; } = [];

    /// <summary>The caller's own name for this request; the same one again means the same launch.</summary>
    [Id(2)]
    public string? IdempotencyKey { get; init; }

    /// <summary>Launch again although the same thing has ended lately, where the policy lets this credential.</summary>
    [Id(3)]
    public bool Force { get; init; }

    /// <summary>The signature; a call without one is rejected.</summary>
    [Id(4)]
    public CallSignature? Signature { get; init; }

    /// <summary>The bytes whose hash is signed: names and values, each with its length before it.</summary>
    public byte[] Body()
    {
        string[] fields = ["h", CommitHash, "force", Force ? "true" : "false", "idempotency_key", IdempotencyKey ?? ""];
        var parameters = Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => new[] { pair.Key, pair.Value });
        return LauncherSignature.Join([.. fields, .. parameters]);
    }

    /// <summary>The same call, signed; each signature is good for one call.</summary>
    public SignedLaunch SignedBy(string account, string keyId, ReadOnlySpan<byte> secret, DateTimeOffset now) =>
        this with { Signature = CallSignature.Of("LAUNCH", LauncherSignature.KeyOf(account), Body(), keyId, secret, now) };
}

/// <summary>A launch, and who asks about it.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.signed-launch-id")]
public sealed record SignedLaunchId
{
    /// <summary>The launch: 24 small hex digits.</summary>
    [Id(0)]
    public required string LaunchId { get; init; }

    /// <summary>The signature; a call without one is rejected.</summary>
    [Id(1)]
    public CallSignature? Signature { get; init; }

    /// <summary>The bytes whose hash is signed.</summary>
    public byte[] Body() => LauncherSignature.Join([LaunchId]);

    /// <summary>The same, signed for <see cref="INimbixLauncherGrain.Find"/>.</summary>
    public SignedLaunchId SignedToFind(string account, string keyId, ReadOnlySpan<byte> secret, DateTimeOffset now) =>
        this with { Signature = CallSignature.Of("FIND", LauncherSignature.KeyOf(account), Body(), keyId, secret, now) };

    /// <summary>The same, signed for <see cref="INimbixLauncherGrain.Cancel"/>.</summary>
    public SignedLaunchId SignedToCancel(string account, string keyId, ReadOnlySpan<byte> secret, DateTimeOffset now) =>
        this with { Signature = CallSignature.Of("CANCEL", LauncherSignature.KeyOf(account), Body(), keyId, secret, now) };
}
