using System.Security.Cryptography;
using System.Text.Json;
using OrleansHybrid.Contracts.Registries;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Primitives.Codes;

namespace OrleansHybrid.Silo.Security;

/// <summary>Logins for registries: sealed at once, opened only for a task whose image lies there.</summary>
internal sealed partial class RegistryVault(
    ServerKey key, IRegistryLoginStore store, Lookups lookups, TimeProvider time, ILogger<RegistryVault> log)
{
    /// <summary>Keeps a project's login for the registry that it names, in place of an earlier one.</summary>
    public async Task KeepAsync(string projectId, RegistryLogin login, CancellationToken cancellationToken)
    {
        var address = RegistryAddress.Of(login.Serveraddress);
        var text = JsonSerializer.Serialize(login, RunnerJson.Default.RegistryLogin);
        var kept = new SealedLogin(address, key.Seal(text, Place(projectId, address)));
        await store.KeepAsync(projectId, kept, time.GetUtcNow(), cancellationToken);
        lookups.Logins.Forget(projectId);
    }

    /// <summary>The login for the registry that an image lies in; null when the project has none for it.</summary>
    public async ValueTask<RegistryLogin?> FindAsync(string projectId, string image, CancellationToken cancellationToken)
    {
        var logins = await lookups.Logins.FindAsync(projectId, cancellationToken) ?? [];
        if (logins.Count == 0)
        {
            return null;
        }

        var address = RegistryAddress.Of(ImageReference.HostOf(image));
        return logins.FirstOrDefault(login => login.Address == address) is { } found ? Open(projectId, found) : null;
    }

    private RegistryLogin? Open(string projectId, SealedLogin login)
    {
        try
        {
            var text = key.Open(login.Sealed, Place(projectId, login.Address));
            return JsonSerializer.Deserialize(text, RunnerJson.Default.RegistryLogin);
        }
        catch (CryptographicException)
        {
            // One login that was damaged must not hold up the tasks whose images need none.
            NotOpened(projectId, login.Address);
            return null;
        }
    }

    private static string Place(string projectId, string address) => $"project/{projectId}/registry/{address}";

    [LoggerMessage(1, LogLevel.Error, "Project {ProjectId}: the login for {Address} does not open: give it again")]
    private partial void NotOpened(string projectId, string address);
}
