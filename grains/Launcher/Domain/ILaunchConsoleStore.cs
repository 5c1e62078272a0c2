using System.Data.Common;

namespace OrleansHybrid.Launcher.Domain;

/// <summary>
/// The console texts of launches: bytes, each at its offset, of one attempt. Throws a transient <see cref="DbException"/> when the
/// database is unavailable.
/// </summary>
public interface ILaunchConsoleStore
{
    /// <summary>Adds text at an offset; what is there already stays. False when there would be a gap.</summary>
    Task<bool> AppendAsync(string launchId, int attempt, long offset, byte[] text, CancellationToken cancellationToken);

    /// <summary>Up to <paramref name="maxBytes"/> bytes from an offset on; empty when there is no more yet.</summary>
    Task<byte[]> ReadAsync(string launchId, int attempt, long offset, int maxBytes, CancellationToken cancellationToken);
}
