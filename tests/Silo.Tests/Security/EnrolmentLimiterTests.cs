using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Silo.Api;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Security;

/// <summary>V13: how fast runners enrol with one cluster token.</summary>
public sealed class EnrolmentLimiterTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void V13_A_fleet_comes_at_once_then_a_steady_stream_and_each_token_counts_for_itself()
    {
        var limiter = new EnrolmentLimiter(_time);
        Take(limiter, "one", EnrolmentLimiter.MaxBurst);

        var refused = Assert.Throws<RetryLaterException>(() => limiter.Acquire("one"));

        Assert.Equal(TimeSpan.FromMilliseconds(50), refused.RetryAfter);
        limiter.Acquire("other");
        _time.Advance(TimeSpan.FromSeconds(1));
        Take(limiter, "one", EnrolmentLimiter.MaxPerSecond);
        Assert.Throws<RetryLaterException>(() => limiter.Acquire("one"));
        _time.Advance(TimeSpan.FromHours(1));
        Take(limiter, "one", EnrolmentLimiter.MaxBurst);
        Assert.Throws<RetryLaterException>(() => limiter.Acquire("one"));
    }

    [Fact]
    public void V13_Remembering_many_tokens_makes_none_of_them_free()
    {
        var limiter = new EnrolmentLimiter(_time);
        Take(limiter, "busy", EnrolmentLimiter.MaxBurst);
        for (var i = 0; i < 3000; i++)
        {
            limiter.Acquire($"token {i}");
        }

        Assert.Throws<RetryLaterException>(() => limiter.Acquire("busy"));
    }

    [Fact(Timeout = 300_000)]
    public async Task V13_A_restart_of_a_thousand_runners_works_and_the_next_is_asked_to_retry()
    {
        await using var silo = await TestSilo.StartAsync(configure: builder =>
            builder.Services.Replace(ServiceDescriptor.Singleton(new EnrolmentLimiter(_time))));
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var api = tenant.Api.WithToken(await tenant.ClusterTokenAsync(cluster), "Bearer");
        var request = JsonSerializer.Serialize(TestRunner.NewRequest(cluster), RunnerJson.Default.EnrolRequest);

        var enrolled = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            var good = 0;
            for (var i = 0; i < EnrolmentLimiter.MaxBurst / 20; i++)
            {
                good += (await api.PostAsync("/runner/v1/enrol", request)).Status == 200 ? 1 : 0;
            }

            return good;
        })));
        await using var raw = new RawHttpClient(silo.Address);
        var refused = await raw.SendAsync(System.Text.Encoding.ASCII.GetBytes(
            $"POST /runner/v1/enrol HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {api.Token}\r\nContent-Length: {request.Length}\r\n\r\n{request}"));

        Assert.Equal(EnrolmentLimiter.MaxBurst, enrolled.Sum());
        Assert.Equal((503, "1"), (refused.Status, refused.Header("Retry-After")));
        Assert.Contains("20 a second", refused.Text, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal(200, (await api.PostAsync("/runner/v1/enrol", request)).Status);
    }

    private static void Take(EnrolmentLimiter limiter, string token, int count)
    {
        for (var i = 0; i < count; i++)
        {
            limiter.Acquire(token);
        }
    }
}
