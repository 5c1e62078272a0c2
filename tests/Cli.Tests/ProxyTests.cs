using System.Diagnostics;
using System.Globalization;
using OrleansHybrid.Support;
using OrleansHybrid.Support.Iron;

namespace OrleansHybrid.Cli.Tests;

/// <summary>V7: the program itself, where the environment names proxies.</summary>
public sealed class ProxyTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("http_proxy")]
    [InlineData("HTTP_PROXY")]
    [InlineData("all_proxy")]
    [InlineData("ALL_PROXY")]
    [InlineData("ALL_PROXY", "elsewhere.test")]
    public async Task V7_a_server_on_loopback_hears_it_and_no_proxy_does(string variable, string exceptions = "")
    {
        await using var proxy = new ProxyTrap();
        await using var server = await FakeIronServer.StartAsync();
        server.On($"GET {CliFixture.Project}/schedules", FakeResponse.Json("""{"schedules":[{"id":"5c4ed","code_name":"hello","status":"scheduled"}]}"""));
        var outcome = await RunAsync(
            server.Url, [new(variable, proxy.Name), new("NO_PROXY", exceptions)], "worker", "schedules");

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Contains("hello", outcome.Out, StringComparison.Ordinal);
        Assert.Empty(proxy.Received);
    }

    [Fact(Timeout = 60_000)]
    public async Task V7_https_goes_through_and_errors_name_the_proxy_without_its_password()
    {
        await using var proxy = new ProxyTrap();
        var outcome = await RunAsync(new Uri("https://jobs.test:443"), proxy.EnvironmentVariables("me:secret@"), "worker", "schedules");

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("CONNECT jobs.test:443 HTTP/1.1", proxy.Received);
        Assert.Contains(proxy.Name, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", outcome.Error, StringComparison.Ordinal);
    }

    private static async Task<CliResult> RunAsync(
        Uri server, IEnumerable<KeyValuePair<string, string>> environment, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CliConsole).Assembly.Location, .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["IRON_HOST"] = server.Host,
                ["IRON_PORT"] = server.Port.ToString(CultureInfo.InvariantCulture),
                ["IRON_SCHEME"] = server.Scheme,
                ["IRON_TOKEN"] = "token-of-a-test",
                ["IRON_PROJECT_ID"] = CliFixture.Project.Split('/')[^1],
            },
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var program = Process.Start(start)!;
        var (said, errors) = (program.StandardOutput.ReadToEndAsync(), program.StandardError.ReadToEndAsync());
        await program.WaitForExitAsync();
        return new CliResult(program.ExitCode, await said, await errors);
    }
}
