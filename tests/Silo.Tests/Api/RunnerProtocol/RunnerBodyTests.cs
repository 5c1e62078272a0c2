using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Silo.Api;
using OrleansHybrid.Silo.Api.RunnerProtocol;

namespace OrleansHybrid.Silo.Tests.Api.RunnerProtocol;

/// <summary>Messages that come through a gateway, where a sender may leave out what the type calls required.</summary>
public sealed class RunnerBodyTests
{
    private static readonly LeaseRef Lease = new() { TaskId = new string('a', 24), Attempt = 1, Token = new string('b', 32) };

    public static TheoryData<object, string> Incomplete => new()
    {
        { new ClaimRequest { ClaimKey = null!, Wanted = 1 }, "claim_key" },
        { new EnrolRequest { ClusterId = "c", Name = null!, Version = "1", Slots = 1, Executor = "process" }, "name" },
        { new HeartbeatRequest { Leases = null! }, "leases" },
        { new ReleaseRequest { Leases = [Lease, Lease with { Token = null! }] }, "token" },
        { new LogUploadRequest { Pieces = [new LogUploadChunk { Lease = Lease, Offset = 0, Data = null! }] }, "data" },
        { new FinishRequest { Results = [new TaskResult { Lease = null!, Status = "complete", Retryable = false }] }, "lease" },
    };

    [Theory]
    [MemberData(nameof(Incomplete))]
    public void A_message_that_lacks_what_may_not_be_null_is_rejected_with_its_name(object message, string member)
    {
        var rejected = Assert.Throws<ApiException>(() => RunnerBody.RejectNulls(message));

        Assert.Equal($"The message is not valid: {member} must not be null", rejected.Message);
    }

    [Fact]
    public void Optional_members_may_be_null() => RunnerBody.RejectNulls(new FinishRequest
    {
        Results = [new TaskResult { Lease = Lease, Status = "complete", Retryable = false, Progress = new TaskProgress() }],
    });
}
