using OrleansHybrid.Domain.Codes;

namespace OrleansHybrid.Stores.Codes;

/// <summary>Sealed logins for registries, in either database.</summary>
internal sealed class RegistryLoginStore(IDatabase database) : IRegistryLoginStore
{
    public Task SaveAsync(string projectId, SealedLogin login, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "registry_login_keep", row => row.FieldCount, cancellationToken,
            ("project_id", projectId), ("address", login.Address), ("sealed", login.Sealed), ("now", now.ToStored()));

    public Task<IReadOnlyList<SealedLogin>> ListAsync(string projectId, CancellationToken cancellationToken) => database.ReadAsync(
        "registry_logins", row => new SealedLogin(row.GetString(0), row.GetByteArray(1)), cancellationToken, ("project_id", projectId));
}
