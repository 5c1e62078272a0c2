namespace OrleansHybrid.Contracts.Registries;

/// <summary>A login for a container registry, in the names that Docker has for it. A secret: never logged, never shown.</summary>
public sealed record RegistryCredentials
{
    /// <summary>User name at the registry.</summary>
    public required string Username { get; init; }

    /// <summary>Password or token.</summary>
    public required string Password { get; init; }

    /// <summary>E-mail address, which registries of today pass over.</summary>
    public string Email { get; init => field = value ?? ""; } = "";

    /// <summary>The registry, with or without scheme and path; empty for the public default one.</summary>
    public string Serveraddress { get; init => field = value ?? ""; } = "";

    /// <summary>Without the secret in it.</summary>
    public override string ToString() => $"{nameof(RegistryCredentials)} at {Serveraddress}";
}
