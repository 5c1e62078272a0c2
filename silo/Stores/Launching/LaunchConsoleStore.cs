using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Stores.Launching;

/// <summary>The console texts of launches, in either database.</summary>
internal sealed class LaunchConsoleStore(IDatabase database, LaunchConsoleLimit limit) : ILaunchConsoleStore
{
    private const int PieceSize = 256 << 10;

    public async Task<bool> AppendAsync(string launchId, int attempt, long offset, byte[] text, CancellationToken cancellationToken)
    {
        while (true)
        {
            var end = await EndAsync(launchId, attempt, cancellationToken);
            if (end >= Math.Min(offset + text.Length, limit.MaxBytes))
            {
                return true;
            }

            if (offset > end)
            {
                return false;
            }

            // Concurrent writers add the same text: then only the end has moved.
            var size = (int)Math.Min(Math.Min(offset + text.Length, limit.MaxBytes) - end, PieceSize);
            await database.WriteAsync(
                "launch_text_add", row => row.GetInt64(0), cancellationToken,
                ("launch_id", launchId), ("attempt", attempt), ("start", end), ("size", size),
                ("data", text.AsSpan((int)(end - offset), size).ToArray()));
        }
    }

    public async Task<byte[]> ReadAsync(string launchId, int attempt, long offset, int maxBytes, CancellationToken cancellationToken)
    {
        var pieces = await database.ReadAsync(
            "launch_text_read", row => (Start: row.GetInt64(0), Data: row.GetByteArray(1)), cancellationToken,
            ("launch_id", launchId), ("attempt", attempt), ("offset", offset));
        using var joined = new MemoryStream();
        foreach (var (start, data) in pieces)
        {
            var from = (int)Math.Clamp(offset - start, 0, data.Length);
            joined.Write(data.AsSpan(from, (int)Math.Min(data.Length - from, maxBytes - joined.Length)));
        }

        return joined.ToArray();
    }

    private async Task<long> EndAsync(string launchId, int attempt, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            "launch_text_end", row => row.GetInt64(0), cancellationToken, ("launch_id", launchId), ("attempt", attempt))).SingleOrDefault();
}
