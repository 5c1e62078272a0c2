namespace OrleansHybrid.Domain.Codes;

/// <summary>Logins for registries, sealed: the database never sees them open.</summary>
public interface IRegistryLoginStore
{
    /// <summary>Saves credentials; they replace earlier ones of this project for this registry.</summary>
    Task SaveAsync(string projectId, SealedLogin login, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>All of a project's logins.</summary>
    Task<IReadOnlyList<SealedLogin>> ListAsync(string projectId, CancellationToken cancellationToken);
}

/// <summary>A login and the registry that it is for, by its <see cref="RegistryAddress"/>.</summary>
public sealed record SealedLogin(string Address, byte[] Sealed);
