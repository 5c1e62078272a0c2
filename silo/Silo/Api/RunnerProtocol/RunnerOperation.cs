using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Silo.Api.OpenApi;

namespace OrleansHybrid.Silo.Api.RunnerProtocol;

/// <summary>An operation of the runner protocol within a session: its request limit and its handler.</summary>
internal sealed record RunnerOperation(string Name, int MaxRequestSize, RunnerOperationHandler Handler, OperationMetadata Metadata, RequestBodyMetadata BodyMetadata)
{
    /// <summary>The one verb that comes before there is a session.</summary>
    public const string Enrol = "enrol";

    /// <summary>How large a request to enrol may be.</summary>
    public const int MaxEnrolmentSize = 64 << 10;

    /// <summary>All the others.</summary>
    public static IReadOnlyList<RunnerOperation> SessionOperations { get; } =
    [
        Of("claim", "Waits for tasks and orders", 4 << 10, Shapes.ClaimRequest, Shapes.ClaimResponse, calls => calls.ClaimAsync),
        Of("heartbeat", "Renews leases", 8 << 20, Shapes.HeartbeatRequest, Shapes.HeartbeatResponse, calls => calls.HeartbeatAsync),
        Of("release", "Hands leases back", 1 << 20, Shapes.ReleaseRequest, Shapes.AcknowledgeResponse, calls => calls.ReleaseAsync),
        Of("log", "Adds to logs", 16 << 20, Shapes.LogUploadRequest, Shapes.AcknowledgeResponse, calls => calls.LogAsync),
        Of("zip", "Reads from a task's zip", 4 << 10, Shapes.ZipRequest, Shapes.ZipResponse, calls => calls.ZipAsync),
        Of("finish", "Reports results", 8 << 20, Shapes.FinishRequest, Shapes.AcknowledgeResponse, calls => calls.FinishAsync),
    ];

    private static RunnerJson Shapes => RunnerBody.Shapes;

    private static RunnerOperation Of<TRequest, TResponse>(
        string name,
        string summary,
        int maxRequestSize,
        JsonTypeInfo<TRequest> request,
        JsonTypeInfo<TResponse> answer,
        Func<RunnerProtocolService, RunnerRequestHandler<TRequest, TResponse>> handler)
        where TResponse : class => new(
            name,
            maxRequestSize,
            async (calls, session, body, cancellationToken) =>
                (await handler(calls)(session, RunnerBody.Read(body, request), cancellationToken)).ToApiResult(answer),
            new OperationMetadata(name, summary, typeof(TResponse), "application/json", []),
            new RequestBodyMetadata(typeof(TRequest), Required: true, WithFile: false));
}

/// <summary>The handling of a request's body by a verb.</summary>
internal delegate Task<ApiResult> RunnerOperationHandler(RunnerProtocolService calls, RunnerSession session, byte[] body, CancellationToken cancellationToken);
