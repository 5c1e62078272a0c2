using Orleans.Hybrid.Domain.Runners;

namespace Orleans.Hybrid.Silo.Http.Runners;

/// <summary>A verb of the runner protocol that a session speaks: how large its requests may be, and what does it.</summary>
internal sealed record RunnerVerb(
    string Name, int LargestRequest, Func<RunnerCalls, RunnerSession, byte[], CancellationToken, Task<JsonAnswer>> Do)
{
    /// <summary>The one verb that comes before there is a session.</summary>
    public const string Enrol = "enrol";

    /// <summary>How large a request to enrol may be.</summary>
    public const int LargestEnrolment = 64 << 10;

    /// <summary>All the others.</summary>
    public static IReadOnlyList<RunnerVerb> OfSessions { get; } =
    [
        new("claim", 4 << 10, (calls, session, body, gone) => calls.ClaimAsync(session, body, gone)),
        new("heartbeat", 8 << 20, (calls, session, body, _) => calls.HeartbeatAsync(session, body)),
        new("release", 1 << 20, (calls, session, body, _) => calls.ReleaseAsync(session, body)),
        new("log", 16 << 20, (calls, session, body, _) => calls.LogAsync(session, body)),
        new("zip", 4 << 10, (calls, session, body, gone) => calls.ZipAsync(session, body, gone)),
        new("finish", 8 << 20, (calls, session, body, _) => calls.FinishAsync(session, body)),
    ];
}
