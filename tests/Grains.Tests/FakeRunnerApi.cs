using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.RunnerDoor;

namespace OrleansHybrid.Grains.Tests;

/// <summary>The runner protocol behind the grains: a credential is that of the session which it names.</summary>
internal sealed class FakeRunnerApi : IRunnerApi
{
    public Task<bool> OwnsAsync(string credential, string sessionId) => Task.FromResult(credential == $"of {sessionId}");

    public Task<RunnerReply<EnrolAnswer>> EnrolAsync(string clusterToken, EnrolRequest request) => NoneAsync<EnrolAnswer>();

    public Task<RunnerReply<ClaimAnswer>> ClaimAsync(string credential, ClaimRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new RunnerReply<ClaimAnswer> { Status = 200, Value = new ClaimAnswer { Tasks = [] } });

    public Task<RunnerReply<HeartbeatAnswer>> HeartbeatAsync(string credential, HeartbeatRequest request) => NoneAsync<HeartbeatAnswer>();

    public Task<RunnerReply<ReportAnswer>> ReleaseAsync(string credential, ReleaseRequest request) => NoneAsync<ReportAnswer>();

    public Task<RunnerReply<ReportAnswer>> LogAsync(string credential, LogRequest request) => NoneAsync<ReportAnswer>();

    public Task<RunnerReply<ZipAnswer>> ZipAsync(string credential, ZipRequest request) => NoneAsync<ZipAnswer>();

    public Task<RunnerReply<ReportAnswer>> FinishAsync(string credential, FinishRequest request) => NoneAsync<ReportAnswer>();

    private static Task<RunnerReply<T>> NoneAsync<T>()
        where T : class => Task.FromResult(new RunnerReply<T> { Status = 404, Message = "not in these tests" });
}
