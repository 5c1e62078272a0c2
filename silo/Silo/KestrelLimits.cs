using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OrleansHybrid.Silo;

/// <summary>
/// The web server's limits for connections; each route sets its own limit for bodies above this one.
/// </summary>
internal static class KestrelLimits
{
    private const int MaxConnections = 30_000;

    // A request in flight holds memory and a slot: a body must arrive at this rate at least, after some time to begin.
    private static readonly MinDataRate MinBodyDataRate = new(bytesPerSecond: 4096, gracePeriod: TimeSpan.FromSeconds(10));

    // Bytes buffered in the connection are not read yet, and so not counted.
    private const int MaxUnreadBytes = 128 << 10;

    public static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // The absolute form of a request names a host of its own; nothing here depends on either.
        kestrel.AllowHostHeaderOverride = true;

        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = MaxConnections;
        limits.MaxRequestBodySize = 64 << 10;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MinRequestBodyDataRate = MinBodyDataRate;
        limits.MaxRequestBufferSize = MaxUnreadBytes;
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
    }
}
