using System.Text;
using System.Text.Json;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>Speaks the runner protocol for one session.</summary>
internal sealed class TestRunner(ApiClient api, EnrolResponse enrolled)
{
    private int _keys;

    public EnrolResponse Enrolled => enrolled;

    public ApiClient Api => api;

    public static Task<TestRunner> EnrolAsync(
        ApiClient server, string clusterId, string clusterToken, int slots, PreviousSession? previous = null,
        params string[] keyIds) => EnrolAsync(server, clusterToken, NewRequest(clusterId, slots) with
        {
            Previous = previous,
            KeyIds = keyIds,
        });

    public static EnrolRequest NewRequest(string clusterId, int slots = 10) => new()
    {
        ClusterId = clusterId,
        Name = "box",
        Version = "1.2.3",
        Slots = slots,
        Executor = "process",
    };

    public static async Task<TestRunner> EnrolAsync(ApiClient server, string clusterToken, EnrolRequest request)
    {
        var json = JsonSerializer.Serialize(request, RunnerJson.Default.EnrolRequest);
        var reply = await server.WithToken(clusterToken, "Bearer").PostAsync("/runner/v1/enrol", json);
        var answer = JsonSerializer.Deserialize(EnsureSuccess(reply), RunnerJson.Default.EnrolResponse)!;
        return new TestRunner(server.WithToken(answer.Credential, "Bearer"), answer);
    }

    public string NewKey() => $"{++_keys:x32}";

    public async Task<ClaimResponse> ClaimAsync(
        int wanted = 1, string? key = null, bool repeated = false, CancellationToken cancellationToken = default)
    {
        var request = new ClaimRequest { ClaimKey = key ?? NewKey(), Wanted = wanted, Repeated = repeated };
        var body = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(request, RunnerJson.Default.ClaimRequest));
        var reply = await api.SendAsync(
            HttpMethod.Post, "/runner/v1/claim", ApiClient.Body(body, "application/json"), cancellationToken: cancellationToken);
        return JsonSerializer.Deserialize(EnsureSuccess(reply), RunnerJson.Default.ClaimResponse)!;
    }

    /// <summary>Claims exactly one task.</summary>
    public async Task<TaskAssignment> ClaimOneAsync() => Assert.Single((await ClaimAsync()).Tasks);

    public async Task<HeartbeatResponse> HeartbeatAsync(
        LeaseRef lease, string phase, string? digest = null, string? message = null, int? percent = null)
    {
        var report = new LeaseReport
        {
            Lease = lease,
            Phase = phase,
            Digest = digest,
            Message = message,
            Percent = percent,
        };
        var json = JsonSerializer.Serialize(
            new HeartbeatRequest { Leases = [report] }, RunnerJson.Default.HeartbeatRequest);
        var reply = await api.PostAsync("/runner/v1/heartbeat", json);
        return JsonSerializer.Deserialize(EnsureSuccess(reply), RunnerJson.Default.HeartbeatResponse)!;
    }

    public Task<ApiResponse> LogAsync(LeaseRef lease, long offset, string text) =>
        LogAsync(lease, offset, Encoding.UTF8.GetBytes(text));

    public Task<ApiResponse> LogAsync(LeaseRef lease, long offset, byte[] data, int[]? runs = null)
    {
        var piece = new LogUploadChunk { Lease = lease, Offset = offset, Data = data, Runs = runs };
        return api.PostAsync(
            "/runner/v1/log",
            JsonSerializer.Serialize(new LogUploadRequest { Pieces = [piece] }, RunnerJson.Default.LogUploadRequest));
    }

    public Task<ApiResponse> FinishAsync(LeaseRef lease, string status, string message = "", int? exitCode = null, string? digest = null, TaskProgress? progress = null)
    {
        var result = new TaskResult
        {
            Lease = lease,
            Status = status,
            Message = message,
            ExitCode = exitCode,
            DurationMilliseconds = 5,
            Retryable = true,
            Digest = digest,
            Progress = progress,
        };
        return api.PostAsync(
            "/runner/v1/finish",
            JsonSerializer.Serialize(new FinishRequest { Results = [result] }, RunnerJson.Default.FinishRequest));
    }

    public Task<ApiResponse> ReleaseAsync(bool leaving, params LeaseRef[] leases) => api.PostAsync(
        "/runner/v1/release",
        JsonSerializer.Serialize(
            new ReleaseRequest { Leases = leases, Leaving = leaving }, RunnerJson.Default.ReleaseRequest));

    private static string EnsureSuccess(ApiResponse reply) =>
        reply.Status == 200 ? reply.Body : throw new InvalidOperationException(reply.ToString());
}
