namespace OrleansHybrid.Abstractions.Runners;

/// <summary>A login for a container registry, in the names that Docker has for it. A secret: never logged, never shown.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.registry-login")]
public sealed record RegistryLogin
{
    /// <summary>User name at the registry.</summary>
    [Id(0)]
    public required string Username { get; init; }

    /// <summary>Password or token.</summary>
    [Id(1)]
    public required string Password { get; init; }

    /// <summary>E-mail address, which registries of today pass over.</summary>
    [Id(2)]
    public string Email { get; init => field = value ?? ""; } = "";

    /// <summary>The registry, with or without scheme and path; empty for the public default one.</summary>
    [Id(3)]
    public string Serveraddress { get; init => field = value ?? ""; } = "";

    /// <summary>Without the secret in it.</summary>
    public override string ToString() => $"{nameof(RegistryLogin)} at {Serveraddress}";
}
