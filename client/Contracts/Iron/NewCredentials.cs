namespace OrleansHybrid.Contracts.Iron;

/// <summary>Body of <c>POST P/credentials</c>.</summary>
public sealed record NewCredentials
{
    /// <summary>A <see cref="Registries.RegistryCredentials"/> as JSON in base64.</summary>
    public required string Auth { get; init; }

    /// <summary>Without the secret in it.</summary>
    public override string ToString() => nameof(NewCredentials);
}
