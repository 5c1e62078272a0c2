using System.Net;
using OrleansHybrid.Primitives.Http;
using OrleansHybrid.Support;
using OrleansHybrid.Support.Iron;

namespace OrleansHybrid.Client.Tests.Primitives.Http;

/// <summary>V7: what goes through a proxy, and what never does.</summary>
public sealed class OutboundProxyTests
{
    private static readonly OutboundProxy Proxied = new(new WebProxy("http://me:secret@10.0.0.9:3128"));

    [Theory]
    [InlineData("http://jobs.internal:8080/2/projects")]
    [InlineData("http://10.1.2.3/")]
    [InlineData("http://localhost:8080/")]
    [InlineData("http://127.0.0.1:8080/")]
    [InlineData("https://127.0.0.1:8443/")]
    [InlineData("https://127.8.9.10/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://0.0.0.0/")]
    [InlineData("https://localhost/")]
    [InlineData("https://LOCALHOST./")]
    [InlineData("https://app.localhost/")]
    public void V7_plain_http_and_this_machine_are_never_proxied(string address)
    {
        Assert.True(Proxied.IsBypassed(new Uri(address)));
        Assert.Null(Proxied.GetProxy(new Uri(address)));
        Assert.Null(Proxied.DisplayNameFor(new Uri(address)));
    }

    [Theory]
    [InlineData("https://jobs.internal/")]
    [InlineData("https://10.1.2.3:8443/")]
    [InlineData("https://128.0.0.1/")]
    [InlineData("https://[2001:db8::1]/")]
    [InlineData("https://localhost.example.org/")]
    [InlineData("https://mylocalhost/")]
    public void V7_https_to_other_machines_is_and_the_proxys_name_has_no_password(string address)
    {
        Assert.False(Proxied.IsBypassed(new Uri(address)));
        Assert.Equal("http://10.0.0.9:3128", Proxied.DisplayNameFor(new Uri(address)));
    }

    [Fact]
    public void V7_the_exceptions_of_the_environment_count()
    {
        var proxy = new OutboundProxy(new WebProxy("http://10.0.0.9:3128", BypassOnLocal: false, [@"jobs\.internal"]));

        Assert.Null(proxy.GetProxy(new Uri("https://jobs.internal/")));
        Assert.NotNull(proxy.GetProxy(new Uri("https://jobs.example.org/")));
    }

    [Fact(Timeout = 30_000)]
    public async Task V7_a_client_behind_a_proxy_shows_it_no_token_and_reaches_its_server()
    {
        await using var proxy = new ProxyTrap();
        await using var server = await FakeIronServer.StartAsync();
        server.On($"GET {ClientFixture.Project}/tasks/{ClientFixture.TaskId}", FakeResponse.Json("""{"id":"x","status":"queued"}"""));
        using var client = Client(server.Url, proxy);

        Assert.Equal("queued", (await client.Tasks.GetAsync(ClientFixture.TaskId)).Status);
        Assert.Empty(proxy.Received);
    }

    [Fact(Timeout = 30_000)]
    public async Task V7_errors_behind_a_proxy_name_it_without_its_password()
    {
        await using var proxy = new ProxyTrap();
        using var client = Client(new Uri("https://jobs.test"), proxy);

        var trouble = await Assert.ThrowsAsync<HybridException>(() => client.Tasks.GetAsync(ClientFixture.TaskId));

        Assert.Equal("CONNECT jobs.test:443 HTTP/1.1", proxy.Received.First());
        Assert.Contains($"(through the proxy {proxy.Name})", trouble.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", trouble.ToString(), StringComparison.Ordinal);
    }

    private static HybridClient Client(Uri url, ProxyTrap proxy) => new(
        new HybridClientOptions { BaseUrl = url, Token = "t", ProjectId = ClientFixture.Project.Split('/')[^1], MaxAttempts = 1 },
        OutboundHttp.CreateHandler(sockets =>
            sockets.Proxy = new OutboundProxy(new WebProxy(proxy.Name.Replace("//", "//me:secret@", StringComparison.Ordinal)))));
}
