using System.Net;
using Microsoft.Extensions.Logging;

namespace OrleansHybrid.Abstractions.Gateway;

/// <summary>Logs rejected connections: one line in a while, however many there are.</summary>
internal sealed partial class RejectedConnections(ILogger log, string port, TimeProvider time)
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private long? _loggedAt;
    private int _suppressed;

    public void Add(EndPoint? peer, string problem)
    {
        int untold;
        lock (_lock)
        {
            if (_loggedAt is { } before && time.GetElapsedTime(before) < LogInterval)
            {
                _suppressed++;
                return;
            }

            (untold, _suppressed, _loggedAt) = (_suppressed, 0, time.GetTimestamp());
        }

        ConnectionRejected(log, port, (peer as IPEndPoint)?.Address.ToString() ?? "somewhere", problem, untold);
    }

    [LoggerMessage(1, LogLevel.Warning, "Connection rejected ({Port}, {Peer}): {Problem}. {Untold} others were rejected since the last such line")]
    private static partial void ConnectionRejected(ILogger log, string port, string peer, string problem, int untold);
}
