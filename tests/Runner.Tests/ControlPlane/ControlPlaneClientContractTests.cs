using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.ControlPlane;

/// <summary>Calls to the control plane, and what their failures say, whatever carries them.</summary>
public abstract class ControlPlaneClientContractTests : IAsyncLifetime
{
    private FakeControlPlane _plane = null!;
    private IControlPlaneClient _link = null!;

    public async Task InitializeAsync()
    {
        _plane = await FakeControlPlane.StartAsync();
        _link = await OpenAsync(_plane.Address);
    }

    public async Task DisposeAsync()
    {
        await CloseAsync();
        await _plane.DisposeAsync();
    }

    [Theory(Timeout = 60_000)]
    [InlineData(400, ControlPlaneErrorKind.Rejected)]
    [InlineData(401, ControlPlaneErrorKind.InvalidCredential)]
    [InlineData(403, ControlPlaneErrorKind.Transient)]
    [InlineData(404, ControlPlaneErrorKind.Transient)]
    [InlineData(409, ControlPlaneErrorKind.Stale)]
    [InlineData(413, ControlPlaneErrorKind.Rejected)]
    [InlineData(429, ControlPlaneErrorKind.Transient)]
    [InlineData(500, ControlPlaneErrorKind.Transient)]
    [InlineData(503, ControlPlaneErrorKind.Transient)]
    public async Task A_rejection_says_whether_a_retry_can_help(int status, object trouble)
    {
        _plane.Fail("claim", status);

        var failure = await Assert.ThrowsAsync<ControlPlaneException>(ClaimAsync);
        Assert.Equal((ControlPlaneErrorKind)trouble, failure.Kind);
        Assert.Contains($"{status} (a test wants {status})", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("credential", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_control_plane_says_after_how_long_to_try_again()
    {
        _plane.Interceptors["claim"] = context =>
        {
            context.Response.Headers.RetryAfter = "17";
            return Task.FromResult(503);
        };

        var failure = await Assert.ThrowsAsync<ControlPlaneException>(ClaimAsync);

        Assert.Equal(TimeSpan.FromSeconds(17), failure.RetryAfter);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_that_is_not_the_protocols_may_be_a_proxys_and_is_asked_for_again()
    {
        _plane.Interceptors["claim"] = async context =>
        {
            await context.Response.Body.WriteAsync("<html>please log in</html>"u8.ToArray());
            await context.Response.CompleteAsync();
            return 0;
        };

        Assert.Equal(ControlPlaneErrorKind.Transient, (await Assert.ThrowsAsync<ControlPlaneException>(ClaimAsync)).Kind);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_call_without_an_answer_ends_by_itself()
    {
        var never = new TaskCompletionSource<int>();
        _plane.Interceptors["heartbeat"] = _ => never.Task;

        var failure = await Assert.ThrowsAsync<ControlPlaneException>(
            () => _link.HeartbeatAsync("credential-1", new() { Leases = [] }, TimeSpan.FromMilliseconds(50), default));
        never.SetResult(0);
        Assert.Equal(ControlPlaneErrorKind.Transient, failure.Kind);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_port_without_a_listener_is_a_transient_error()
    {
        var nowhere = await OpenNowhereAsync();

        var failure = await Assert.ThrowsAsync<ControlPlaneException>(
            () => nowhere.ReleaseAsync("credential-1", new ReleaseRequest { Leases = [] }, default));
        Assert.Equal(ControlPlaneErrorKind.Transient, failure.Kind);
    }

    [Fact(Timeout = 60_000)]
    public async Task Bytes_of_a_zip_come_as_they_are()
    {
        _plane.Zip = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        var request = new ZipRequest { Lease = TaskAssignments.New().Lease, Offset = 190 };

        Assert.Equal(_plane.Zip[190..], await _link.ZipAsync("credential-1", request, default));
        Assert.Equal(request, await _plane.ZipCalls.NextAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_zips_answer_without_a_byte_is_not_the_protocols()
    {
        var request = new ZipRequest { Lease = TaskAssignments.New().Lease, Offset = 0 };

        var failure = await Assert.ThrowsAsync<ControlPlaneException>(() => _link.ZipAsync("credential-1", request, default));

        Assert.Equal(ControlPlaneErrorKind.Transient, failure.Kind);
    }

    /// <summary>A link to this control plane.</summary>
    private protected abstract Task<IControlPlaneClient> OpenAsync(Uri address);

    /// <summary>A link to where no control plane is.</summary>
    private protected abstract Task<IControlPlaneClient> OpenNowhereAsync();

    /// <summary>Closes all that was opened.</summary>
    private protected abstract Task CloseAsync();

    private Task ClaimAsync()
    {
        var claim = new ClaimRequest { ClaimKey = new string('a', 32), Wanted = 1 };
        return _link.ClaimAsync("credential-1", claim, TimeSpan.FromSeconds(1), default);
    }
}
