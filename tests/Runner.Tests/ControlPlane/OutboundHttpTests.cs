using System.Net;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OrleansHybrid.Runner.Configuration;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.ControlPlane;

/// <summary>The program's own HTTPS: through proxies, and to control planes whose authority is the customer's own.</summary>
[SupportedOSPlatform("linux")]
public sealed class OutboundHttpTests : IDisposable
{
    private const string Password = "pass-me-by";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-runner-test-");
    private readonly TestCertificateAuthority _authority = new();
    private readonly string _bundle;

    public OutboundHttpTests()
    {
        _bundle = Path.Combine(_folder.FullName, "ca.pem");
        using var other = new TestCertificateAuthority("Another");
        File.WriteAllText(_bundle, $"# two of them\n{other.Pem}\n{_authority.Pem}\n");
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_authority_from_a_file_is_trusted_for_all_that_a_task_needs_zips_too()
    {
        await using var plane = await HttpsAsync();
        await using var program = Start(plane, ("CA_FILE", _bundle), ("ONCE", "1"));
        plane.Zip = ZipBuilder.Of(("hello.sh", "echo zipped"));
        var order = TaskAssignments.New() with { Command = "sh hello.sh", Zip = ZipBuilder.Named(plane.Zip) };
        plane.Offer(order);

        Assert.Equal(0, await program.WaitForExitAsync());
        Assert.Equal("complete", Assert.Single((await plane.Finishes.NextAsync()).Results).Status);
        Assert.Equal("zipped\n", Encoding.UTF8.GetString([.. plane.StoredLogs[order.Lease.TaskId]]));
        Assert.True(plane.ZipCalls.Count > 0);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(null, "127.0.0.1")]
    [InlineData("another", "127.0.0.1")]
    [InlineData("own", "127.0.0.2")]
    public async Task A_server_that_the_configured_authorities_did_not_sign_gets_no_request(string? trusted, string name)
    {
        await using var plane = await HttpsAsync(name);
        using var another = new TestCertificateAuthority();
        var file = Path.Combine(_folder.FullName, "trusted.pem");
        await File.WriteAllTextAsync(file, trusted == "own" ? _authority.Pem : another.Pem);
        (string, string)[] setting = trusted is null ? [] : [("CA_FILE", file)];
        await using var program = Start(plane, setting);

        await program.WaitForOutputAsync("Enrolment failed: enrol: The SSL connection could not be established");
        Assert.Equal(0, plane.Enrolments.Count);
        Assert.Equal(0, await program.StopAsync());
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void A_file_without_a_good_certificate_is_rejected_by_the_settings_name(string content)
    {
        var file = Path.Combine(_folder.FullName, "bad.pem");
        if (content != "nothing")
        {
            File.WriteAllText(file, content);
        }

        var wrong = Assert.Throws<ConfigurationException>(
            () => RunnerArguments.Read(RunnerArguments.Read(["--ca-file", file], _ => null), MonitoringSettings.ReadAuthorities));
        Assert.StartsWith("CA_FILE names a file", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', wrong.Message);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(null, "", "HTTPS_PROXY")]
    [InlineData(null, "", "ALL_PROXY")]
    [InlineData($"me:{Password}", $"me:{Password}@", "https_proxy")]
    [InlineData("me:it's 100%", "me:it's%20100%25@", "HTTPS_PROXY")]
    public async Task A_proxy_is_gone_through_with_user_and_password_where_it_wants_them(string? login, string userInfo, string variable)
    {
        await using var plane = await HttpsAsync();
        await using var proxy = new ConnectProxy(login);
        await using var program = Start(
            plane, ("CA_FILE", _bundle), ("ONCE", "1"), Elsewhere(plane), (variable, $"http://{userInfo}127.0.0.1:{proxy.Port}"));
        plane.Offer(TaskAssignments.New("true") with { Command = "sh payload" });

        Assert.Equal(0, await program.WaitForExitAsync());
        Assert.Equal("complete", Assert.Single((await plane.Finishes.NextAsync()).Results).Status);
        Assert.All(proxy.Targets, target => Assert.Equal($"{TestCertificateAuthority.ControlPlaneName}:{plane.Address.Port}", target));
        Assert.True(proxy.Targets.Count >= 2, "heartbeats and the other calls have connections of their own");
        Assert.DoesNotContain(Password, program.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_proxy_that_rejects_is_told_of_without_the_password_and_nothing_goes_around_it()
    {
        await using var plane = await HttpsAsync();
        await using var proxy = new ConnectProxy("me:another");
        await using var program = Start(
            plane, ("CA_FILE", _bundle), Elsewhere(plane), ("HTTPS_PROXY", $"http://me:{Password}@127.0.0.1:{proxy.Port}"));

        await program.WaitForOutputAsync("Enrolment failed");
        Assert.Equal(0, await program.StopAsync());
        Assert.Equal((0, 0), (plane.Enrolments.Count, proxy.Targets.Count));
        Assert.True(proxy.Refused > 0);
        Assert.Contains("407", program.Output, StringComparison.Ordinal);
        Assert.Contains($"(through the proxy http://127.0.0.1:{proxy.Port})", program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, program.Output, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true, "HTTPS_PROXY")]
    [InlineData(false, "http_proxy")]
    [InlineData(false, "HTTP_PROXY")]
    [InlineData(false, "all_proxy")]
    [InlineData(false, "ALL_PROXY")]
    public async Task V7_loopback_and_plain_http_go_straight_whatever_proxies_there_are(bool https, string variable)
    {
        await using var plane = https ? await HttpsAsync() : await FakeControlPlane.StartAsync();
        await using var proxy = new ProxyTrap();
        await using var program = Start(plane, ("CA_FILE", _bundle), ("ONCE", "1"), (variable, proxy.Name));
        plane.Offer(TaskAssignments.New("true") with { Command = "sh payload" });

        Assert.Equal(0, await program.WaitForExitAsync());
        Assert.Equal("complete", Assert.Single((await plane.Finishes.NextAsync()).Results).Status);
        Assert.Empty(proxy.Received);
    }

    private static (string, string) Elsewhere(FakeControlPlane plane) =>
        ("API_URL", $"https://{TestCertificateAuthority.ControlPlaneName}:{plane.Address.Port}");

    private async Task<FakeControlPlane> HttpsAsync(string name = "127.0.0.1")
    {
        using var certificate = _authority.Issue(IPAddress.Parse(name));
        return await FakeControlPlane.StartAsync(X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null));
    }

    private RunnerProgram Start(FakeControlPlane plane, params (string Name, string Value)[] environment) =>
        RunnerProgram.Start(plane, Path.Combine(_folder.FullName, "state"), [("NO_PROXY", ""), .. environment]);
}
