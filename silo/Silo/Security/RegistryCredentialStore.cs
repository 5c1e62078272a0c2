using System.Security.Cryptography;
using System.Text.Json;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Primitives.Codes;

namespace OrleansHybrid.Silo.Security;

/// <summary>Credentials for registries: stored encrypted, decrypted only for a task whose image is there.</summary>
internal sealed partial class RegistryCredentialStore(
    ServerKey key, IRegistryLoginStore store, EntityCache cache, TimeProvider time, ILogger<RegistryCredentialStore> log)
{
    /// <summary>Saves a project's credentials for a registry; they replace earlier ones.</summary>
    public async Task SaveAsync(string projectId, RegistryLogin login, CancellationToken cancellationToken)
    {
        var address = RegistryAddress.Normalize(login.Serveraddress);
        var text = JsonSerializer.Serialize(login, RunnerJson.Default.RegistryLogin);
        var kept = new SealedLogin(address, key.Seal(text, PurposeOf(projectId, address)));
        await store.SaveAsync(projectId, kept, time.GetUtcNow(), cancellationToken);
        cache.Logins.Invalidate(projectId);
    }

    /// <summary>The credentials for an image's registry; null when the project has none for it.</summary>
    public async ValueTask<RegistryLogin?> FindAsync(string projectId, string image, CancellationToken cancellationToken)
    {
        var logins = await cache.Logins.FindAsync(projectId, cancellationToken) ?? [];
        if (logins.Count == 0)
        {
            return null;
        }

        var address = RegistryAddress.Normalize(ImageReference.GetHost(image));
        return logins.FirstOrDefault(login => login.Address == address) is { } found ? Decrypt(projectId, found) : null;
    }

    private RegistryLogin? Decrypt(string projectId, SealedLogin login)
    {
        try
        {
            var text = key.Open(login.Sealed, PurposeOf(projectId, login.Address));
            return JsonSerializer.Deserialize(text, RunnerJson.Default.RegistryLogin);
        }
        catch (CryptographicException)
        {
            // One login that was damaged must not hold up the tasks whose images need none.
            DecryptionFailed(projectId, login.Address);
            return null;
        }
    }

    private static string PurposeOf(string projectId, string address) => $"project/{projectId}/registry/{address}";

    [LoggerMessage(1, LogLevel.Error, "Project {ProjectId}: could not decrypt the registry credentials for {Address}; set them again")]
    private partial void DecryptionFailed(string projectId, string address);
}
