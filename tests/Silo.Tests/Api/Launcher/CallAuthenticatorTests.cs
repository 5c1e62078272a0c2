using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Launcher.Tests.Policy;
using OrleansHybrid.Silo.Api.Launcher;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Api.Launcher;

/// <summary>Calls from peers that no test on one machine can be, judged by the real entrance.</summary>
public sealed class CallAuthenticatorTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("", "192.0.2.7", "", "plain HTTP")]
    [InlineData("allow_plain_http: true\n", "192.0.2.7", "", null)]
    [InlineData("", "127.0.0.1", "", "address")]
    [InlineData("proxies: {trusted: 127.0.0.1}\n", "127.0.0.1", "192.0.2.7", null)]
    [InlineData("proxies: {trusted: 127.0.0.1}\n", "127.0.0.1", "", "address not vouched for")]
    [InlineData("proxies: {trusted: 10.0.0.1}\n", "10.0.0.1", "192.0.2.7", "plain HTTP")]
    [InlineData("proxies: {trusted: 10.0.0.1}\nallow_plain_http: true\n", "10.0.0.1", "192.0.2.7, 192.0.2.7", null)]
    [InlineData("proxies: {trusted: 10.0.0.1}\nallow_plain_http: true\n", "203.0.113.9", "192.0.2.7", "address")]
    public async Task Over_plain_HTTP_from_elsewhere_and_through_proxies_the_policy_decides(string more, string peer, string forwarded, string? reason)
    {
        using var files = new PolicyFolder(PolicyFolder.Usual.Replace("allowed_client_ip: 127.0.0.1", "allowed_client_ip: 192.0.2.7", StringComparison.Ordinal) + more);
        var (time, launcher) = (new ManualTimeProvider(), new FakeLauncher(new ManualTimeProvider()));
        using var live = files.Open(time);
        using var book = new RejectedCallAuditor(live, launcher.Grains, time, NullLogger<RejectedCallAuditor>.Instance);
        var http = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(peer) } };
        http.Request.Body = new MemoryStream(Encoding.ASCII.GetBytes($"h=abc&s={PolicyFolder.Secret}"));
        http.Request.ContentType = "application/x-www-form-urlencoded";
        if (forwarded.Length > 0)
        {
            http.Request.Headers["X-Forwarded-For"] = forwarded;
        }

        var entry = await new CallAuthenticator(live, new CallRateLimiter(time), book, time).AuthenticateAsync(http);

        await book.FlushAsync();
        Assert.Equal(reason, launcher.RefusedCalls.SingleOrDefault()?.Reason);
        Assert.Equal(reason is null ? new("192.0.2.7", peer) : null, entry.Caller?.Origin);
    }
}
