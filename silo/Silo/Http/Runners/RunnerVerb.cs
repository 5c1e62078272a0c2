using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Silo.Http.Describing;

namespace OrleansHybrid.Silo.Http.Runners;

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
        Of("claim", "Waits for tasks and orders", 4 << 10, Shapes.ClaimRequest, Shapes.ClaimAnswer, calls => calls.ClaimAsync),
        Of("heartbeat", "Renews leases", 8 << 20, Shapes.HeartbeatRequest, Shapes.HeartbeatAnswer, calls => calls.HeartbeatAsync),
        Of("release", "Hands leases back", 1 << 20, Shapes.ReleaseRequest, Shapes.ReportAnswer, calls => calls.ReleaseAsync),
        Of("log", "Adds to logs", 16 << 20, Shapes.LogRequest, Shapes.ReportAnswer, calls => calls.LogAsync),
        Of("zip", "Reads from a task's zip", 4 << 10, Shapes.ZipRequest, Shapes.ZipAnswer, calls => calls.ZipAsync),
        Of("finish", "Reports results", 8 << 20, Shapes.FinishRequest, Shapes.ReportAnswer, calls => calls.FinishAsync),
    ];

    private static RunnerJson Shapes => RunnerBody.Shapes;

    private static RunnerVerb Of<TRequest, TAnswer>(
        string name,
        string summary,
        int largest,
        JsonTypeInfo<TRequest> request,
        JsonTypeInfo<TAnswer> answer,
        Func<RunnerCalls, RunnerCall<TRequest, TAnswer>> call)
        where TAnswer : class => new(
            name,
            largest,
            async (calls, session, body, cancellationToken) =>
                (await call(calls)(session, RunnerBody.Read(body, request), cancellationToken)).OverHttp(answer),
            new Described(name, summary, typeof(TAnswer), "application/json", []),
            new DescribedBody(typeof(TRequest), Required: true, WithFile: false));
}

/// <summary>What a verb does with a request's body.</summary>
internal delegate Task<JsonAnswer> Act(RunnerCalls calls, RunnerSession session, byte[] body, CancellationToken cancellationToken);
