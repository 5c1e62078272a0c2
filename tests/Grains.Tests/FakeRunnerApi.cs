using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Grains.Runners;

namespace OrleansHybrid.Grains.Tests;

/// <summary>The runner protocol behind the grains: a credential is that of the session which it names.</summary>
internal sealed class FakeRunnerApi : IRunnerApi
{
    public Task<bool> OwnsAsync(string credential, string sessionId) => Task.FromResult(credential == $"of {sessionId}");

    public Task<RunnerReply<EnrolResponse>> EnrolAsync(string clusterToken, EnrolRequest request) => NoneAsync<EnrolResponse>();

    public Task<RunnerReply<ClaimResponse>> ClaimAsync(string credential, ClaimRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new RunnerReply<ClaimResponse> { Status = 200, Value = new ClaimResponse { Tasks = [] } });

    public Task<RunnerReply<HeartbeatResponse>> HeartbeatAsync(string credential, HeartbeatRequest request) => NoneAsync<HeartbeatResponse>();

    public Task<RunnerReply<AcknowledgeResponse>> ReleaseAsync(string credential, ReleaseRequest request) => NoneAsync<AcknowledgeResponse>();

    public Task<RunnerReply<AcknowledgeResponse>> LogAsync(string credential, LogUploadRequest request) => NoneAsync<AcknowledgeResponse>();

    public Task<RunnerReply<ZipResponse>> ZipAsync(string credential, ZipRequest request) => NoneAsync<ZipResponse>();

    public Task<RunnerReply<AcknowledgeResponse>> FinishAsync(string credential, FinishRequest request) => NoneAsync<AcknowledgeResponse>();

    private static Task<RunnerReply<T>> NoneAsync<T>()
        where T : class => Task.FromResult(new RunnerReply<T> { Status = 404, Message = "not in these tests" });
}
