using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Tests.Support;
using Xunit.Abstractions;

namespace OrleansHybrid.Silo.Tests.Fuzz;

/// <summary>S13: good bodies of every call that takes one, spoilt by chance.</summary>
public sealed class RequestBodyFuzzTests(TestSilo silo, ITestOutputHelper output) : IClassFixture<TestSilo>
{
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(20);

    private static readonly string?[] OtherTypes =
    [
        null, "text/plain", "application/json; charset=utf-16", "Application/JSON;charset=\"x", "application/xml", "/", "json",
        "application/x-www-form-urlencoded", "multipart/form-data; boundary=b",
    ];

    [Fact(Timeout = 30_000)]
    public async Task Each_unspoilt_body_is_good()
    {
        await using var client = new RawHttpClient(silo.Address);
        foreach (var call in JsonCall.All)
        {
            var ground = await FuzzFixture.CreateAsync(silo, client);
            var good = Encoding.UTF8.GetBytes(ground.Fill(call.Body));

            var answer = await ground.SendAsync(
                call.Method, call.Path, call.Who, call.Type, call.Wrap?.Invoke(good) ?? good, default);

            // The task that the runner has is one without a zip.
            Assert.True(answer.Status == (call.Route == "/runner/v1/zip" ? 404 : 200), $"{call.Method} {call.Route}: {answer.Status} {answer.Text}");
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task No_call_with_a_body_is_left_out()
    {
        await silo.NewTenantAsync();
        var routes = silo.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
                .Select(method => $"{method} {endpoint.RoutePattern.RawText!.TrimEnd('/')}"))
            .Where(route => route.StartsWith("POST /2/", StringComparison.Ordinal)
                || route.StartsWith("POST /runner/", StringComparison.Ordinal)
                || route.StartsWith("PUT ", StringComparison.Ordinal));

        Assert.Equal(
            routes.Order(StringComparer.Ordinal),
            JsonCall.All.Select(call => $"{call.Method} {call.Route}").Distinct().Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = 3_600_000)]
    public async Task S13_whatever_comes_is_answered_in_json_never_with_5xx_and_what_is_rejected_changed_nothing()
    {
        // A claim that wants nothing waits for the whole of the time that a poll may take.
        await using var own = await TestSilo.StartAsync(builder => builder.Services.Configure<ApiOptions>(api => api.PollTime = TimeSpan.FromSeconds(1)));
        await using var client = new RawHttpClient(own.Address);
        var (ground, picture) = (default(FuzzFixture), "");
        var (taken, refused) = (0, 0);
        foreach (var chance in FuzzRounds.All(output))
        {
            using var late = new CancellationTokenSource(ResponseTimeout);
            if (ground is not { IsFresh: true })
            {
                ground = await FuzzFixture.CreateAsync(own, client);
                picture = await ground.SnapshotAsync(late.Token);
            }

            var call = JsonCall.All[chance.Next(JsonCall.All.Count)];
            var body = JsonMutator.Mutate(ground.Fill(call.Body), chance);
            var type = chance.Next(8) == 0 ? OtherTypes[chance.Next(OtherTypes.Length)] : call.Type;
            var answer = await ground.SendAsync(
                call.Method, call.Path, call.Who, type, call.Wrap?.Invoke(body) ?? body, late.Token);

            var told = answer.Json;
            Assert.True(
                answer.Status is 200 or (>= 400 and < 500) && told is not null,
                $"{call.Method} {call.Route}: {answer.Status} {answer.Text}");
            if (answer.Status == 200)
            {
                (ground, taken) = (null, taken + 1);
                continue;
            }

            refused++;
            Assert.True(HasMessage(told.Value), $"{call.Method} {call.Route}: {answer.Text}");
            Assert.Equal(picture, await ground.SnapshotAsync(late.Token));
        }

        // Chance has to leave some of them good, and must not leave all.
        output.WriteLine($"{taken} taken, {refused} refused");
        Assert.True(taken + refused == 1 || (taken > 0 && refused > 0), $"{taken} taken, {refused} refused");
        Assert.DoesNotContain(own.Logs.All, line => line.Contains("Unhandled exception", StringComparison.Ordinal));
    }

    // A runner that speaks of several leases is told of each.
    private static bool HasMessage(JsonElement told) => told.TryGetProperty("msg", out var msg)
        ? msg.GetString() is { Length: > 0 }
        : told.GetProperty("statuses").GetArrayLength() > 0;
}
