using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Security;

/// <summary>Each route that a running silo has, called without a credential and with wrong ones.</summary>
public sealed partial class RouteAuthorizationTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private static readonly string[] Public =
    [
        "GET /healthz", "GET /openapi.json", "GET /readyz", "GET /sign-in", "GET /version", "POST /runner/v1/enrol", "POST /sign-in",
    ];

    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    [Fact]
    public void Only_what_is_listed_here_is_marked_as_public() =>
        Assert.Equal(Public, Routes()
            .Where(route => route.Endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(route => $"{route.Method} {route.Path}")
            .Order());

    [Theory(Timeout = 120_000)]
    [InlineData(null, null, null)]
    [InlineData("OAuth wrong", null, null)]
    [InlineData("Bearer wrong", null, null)]
    [InlineData("Basic d3Jvbmc6d3Jvbmc=", null, null)]
    [InlineData(null, "wrong", null)]
    [InlineData(null, null, "wrong")]
    [InlineData("OAuth wrong", "wrong", "wrong")]
    public async Task No_route_is_open_that_is_not_listed_as_public(string? header, string? token, string? cookie)
    {
        var closed = Routes().Where(route => !Public.Contains($"{route.Method} {route.Path}")).ToList();
        Assert.True(closed.Count > 70, $"{closed.Count} routes");

        foreach (var route in closed)
        {
            using var response = await SendAsync(route, header, token, cookie);
            var isPage = response.StatusCode == HttpStatusCode.SeeOther;

            Assert.True(isPage || response.StatusCode == HttpStatusCode.Unauthorized, $"{route.Method} {route.Path}: {(int)response.StatusCode}");
            Assert.Equal(isPage, response.Headers.Location?.ToString().StartsWith("/sign-in", StringComparison.Ordinal) ?? false);
            Assert.Equal(isPage, !Starts(route.Path, "/2/", "/runner/", "/launcher/", "/orleans"));
            Assert.Empty(response.Headers.WwwAuthenticate);
            Assert.False(response.Headers.Contains("Set-Cookie"));
            Assert.Equal(isPage ? 0 : 1, Message().Count(await response.Content.ReadAsStringAsync()));
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Only_operators_get_at_what_is_theirs()
    {
        var tenant = await silo.NewTenantAsync();
        var operators = Routes().Where(route => Starts(route.Path, "/launcher", "/orleans")).ToList();
        Assert.True(operators.Count > 10, $"{operators.Count} routes");

        foreach (var route in operators)
        {
            using var response = await SendAsync(route, $"OAuth {tenant.Api.Token}", tenant.Api.Token, null);

            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    private static Task<HttpResponseMessage> SendAsync(Uri address, string method, string? header, string? cookie)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", header);
        }

        if (cookie is not null)
        {
            request.Headers.Add("Cookie", $"hybrid-session={cookie}; hybrid-form={cookie}");
        }

        return Http.SendAsync(request);
    }

    private async Task<HttpResponseMessage> SendAsync(Route route, string? header, string? token, string? cookie)
    {
        var path = Parameter().Replace(route.Path, name => name.Value.Contains(":int", StringComparison.Ordinal) ? "1" : "0123456789abcdef01234567");
        return await SendAsync(new Uri(silo.Address, token is null ? path : $"{path}?oauth={token}"), route.Method, header, cookie);
    }

    private static bool Starts(string path, params string[] prefixes) =>
        prefixes.Any(prefix => path.StartsWith(prefix, StringComparison.Ordinal));

    private List<Route> Routes() =>
    [
        .. from endpoint in silo.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"]
           select new Route(method, "/" + endpoint.RoutePattern.RawText!.TrimStart('/'), endpoint),
    ];

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("""^\{"msg":"[^"]+"\}$""")]
    private static partial Regex Message();

    private sealed record Route(string Method, string Path, RouteEndpoint Endpoint);
}
