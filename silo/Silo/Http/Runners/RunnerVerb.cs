using Orleans.Hybrid.Contracts.Runners;
using Orleans.Hybrid.Domain.Runners;
using Orleans.Hybrid.Silo.Http.Describing;

namespace Orleans.Hybrid.Silo.Http.Runners;

/// <summary>A verb of the runner protocol that a session speaks: how large its requests may be, and what does it.</summary>
internal sealed record RunnerVerb(string Name, int LargestRequest, Act Do, Described Described, DescribedBody DescribedBody)
{
    /// <summary>The one verb that comes before there is a session.</summary>
    public const string Enrol = "enrol";

    /// <summary>How large a request to enrol may be.</summary>
    public const int LargestEnrolment = 64 << 10;

    /// <summary>All the others.</summary>
    public static IReadOnlyList<RunnerVerb> OfSessions { get; } =
    [
        Of<ClaimRequest, ClaimAnswer>("claim", "Waits for tasks and orders", 4 << 10,
            (calls, session, body, gone) => calls.ClaimAsync(session, body, gone)),
        Of<HeartbeatRequest, HeartbeatAnswer>("heartbeat", "Renews leases", 8 << 20,
            (calls, session, body, _) => calls.HeartbeatAsync(session, body)),
        Of<ReleaseRequest, ReportAnswer>("release", "Hands leases back", 1 << 20,
            (calls, session, body, _) => calls.ReleaseAsync(session, body)),
        Of<LogRequest, ReportAnswer>("log", "Adds to logs", 16 << 20,
            (calls, session, body, _) => calls.LogAsync(session, body)),
        Of<ZipRequest, ZipAnswer>("zip", "Reads from a task's zip", 4 << 10,
            (calls, session, body, gone) => calls.ZipAsync(session, body, gone)),
        Of<FinishRequest, ReportAnswer>("finish", "Reports results", 8 << 20,
            (calls, session, body, _) => calls.FinishAsync(session, body)),
    ];

    private static RunnerVerb Of<TRequest, TAnswer>(string name, string summary, int largest, Act act) => new(
        name,
        largest,
        act,
        new Described(name, summary, typeof(TAnswer), "application/json", []),
        new DescribedBody(typeof(TRequest), Required: true, WithFile: false));
}

/// <summary>What a verb does with a request's body.</summary>
internal delegate Task<JsonAnswer> Act(RunnerCalls calls, RunnerSession session, byte[] body, CancellationToken gone);
