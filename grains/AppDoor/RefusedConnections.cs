using System.Net;
using Microsoft.Extensions.Logging;

namespace OrleansHybrid.AppDoor;

/// <summary>Writes down that connections were refused, one line in a while, however many there are.</summary>
internal sealed partial class RefusedConnections(ILogger log, string port, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private long? _toldAt;
    private int _untold;

    public void Add(EndPoint? peer, string problem)
    {
        int untold;
        lock (_lock)
        {
            if (_toldAt is { } before && time.GetElapsedTime(before) < Pause)
            {
                _untold++;
                return;
            }

            (untold, _untold, _toldAt) = (_untold, 0, time.GetTimestamp());
        }

        Refused(log, port, (peer as IPEndPoint)?.Address.ToString() ?? "somewhere", problem, untold);
    }

    [LoggerMessage(1, LogLevel.Warning, "Connection refused ({Port}, {Peer}): {Problem}. {Untold} others were refused since the last such line")]
    private static partial void Refused(ILogger log, string port, string peer, string problem, int untold);
}
