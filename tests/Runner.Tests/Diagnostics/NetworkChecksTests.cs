using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Diagnostics;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Diagnostics;

/// <summary>The doctor's checks of proxies, certificates and clocks.</summary>
public sealed class NetworkChecksTests
{
    private const string Password = "proxy-password";

    [Theory(Timeout = 60_000)]
    [InlineData("407 Proxy Authentication Required")]
    [InlineData("403 Forbidden")]
    public async Task A_proxy_that_rejects_is_named_and_its_password_is_not(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var refusing = RefuseAsync(listener, answer);
        var proxy = new Uri($"http://me:{Password}@127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        var route = new ControlPlaneRoute(new Uri("https://control.test"), new WebProxy(proxy) { Credentials = null });
        var said = await AskAsync(new NetworkChecks(route).All);

        listener.Stop();
        await refusing;
        Assert.StartsWith("ok dns: 127.0.0.1, for the proxy,", said["dns"], StringComparison.Ordinal);
        Assert.StartsWith("ok tcp:", said["tcp"], StringComparison.Ordinal);
        Assert.StartsWith($"fail proxy: http://127.0.0.1:{proxy.Port} refuses connections to control.test", said["proxy"], StringComparison.Ordinal);
        Assert.Contains(answer[..3], said["proxy"], StringComparison.Ordinal);
        Assert.All(said.Values, line => Assert.DoesNotContain(Password, line, StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_certificate_that_nobody_here_trusts_fails_and_the_remedy_is_named()
    {
        await using var server = await HttpsAsync("localhost", 90, out _);
        var said = await AskAsync([new TlsCheck(Straight(server), TimeProvider.System).Check]);

        Assert.StartsWith("fail tls: the certificate chain of CN=localhost is not valid", said["tls"], StringComparison.Ordinal);
        Assert.Contains("CA_FILE", said["tls"], StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("SSL_CERT_FILE", 90, "ok tls: the certificate chain is valid for 89 days, issued by localhost")]
    [InlineData("CA_FILE", 90, "ok tls: the certificate chain is valid for 89 days, issued by localhost")]
    [InlineData("CA_FILE", 5, "warn tls: the certificate chain is valid for only 4 more days: renew the certificate by ")]
    public async Task A_CA_of_ones_own_is_trusted_from_a_file_and_its_last_days_are_told(string setting, int days, string expected)
    {
        await using var server = await HttpsAsync("localhost", days, out var pem);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, pem);
        var (exitCode, said) = await DoctorProcess.RunAsync(new Dictionary<string, string>
        {
            [setting] = file,
            ["API_URL"] = Straight(server).Address.ToString(),
            ["CLUSTER_ID"] = new string('1', 24),
            ["CLUSTER_TOKEN"] = "x",
            ["EXECUTOR"] = "process",
        });

        File.Delete(file);
        Assert.Contains(expected, said, StringComparison.Ordinal);
        Assert.Contains("fail control-plane: localhost answers 200 and is not a control plane", said, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_certificate_for_another_name_is_told_from_one_that_is_not_trusted()
    {
        await using var server = await HttpsAsync("elsewhere.test", 90, out _);
        var said = await AskAsync([new TlsCheck(Straight(server), TimeProvider.System).Check]);

        Assert.StartsWith("fail tls: the certificate is for elsewhere.test, not localhost", said["tls"], StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(0, "ok clock:")]
    [InlineData(60, "warn clock: this clock is ")]
    [InlineData(-3600, "fail clock: this clock is ")]
    public async Task A_clock_is_held_against_the_control_planes(int offset, string expected)
    {
        await using var plane = await FakeControlPlane.StartAsync();
        var options = new RunnerOptions
        {
            ClusterId = new string('1', 24),
            ClusterToken = FakeControlPlane.ClusterToken,
            ApiUrl = plane.Address,
        };
        var route = new ControlPlaneRoute(plane.Address, new WebProxy());
        var said = await AskAsync(new ControlPlaneChecks(route, options, new SkewedTimeProvider(TimeSpan.FromSeconds(offset))).All);

        Assert.StartsWith(expected, said["clock"], StringComparison.Ordinal);
        Assert.StartsWith("ok token: valid for cluster", said["token"], StringComparison.Ordinal);
    }

    private static async Task<Dictionary<string, string>> AskAsync(IEnumerable<Check> checks)
    {
        var said = new Dictionary<string, string>();
        await foreach (var answer in CheckRunner.RunAsync(checks))
        {
            said[answer.Name] = answer.ToString();
        }

        return said;
    }

    private static ControlPlaneRoute Straight(WebApplication server) =>
        new(new UriBuilder(server.Urls.Single()) { Host = "localhost" }.Uri, new WebProxy());

    private static async Task RefuseAsync(TcpListener listener, string answer)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, leaveOpen: true);
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            }
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }

    private static Task<WebApplication> HttpsAsync(string name, int days, out string pem)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(days));
        pem = certificate.ExportCertificatePem();
        return ServeAsync(certificate);
    }

    private static async Task<WebApplication> ServeAsync(X509Certificate2 certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0, port => port.UseHttps(certificate)));
        var app = builder.Build();
        app.MapGet("/version", () => "{}");
        await app.StartAsync();
        return app;
    }

    private sealed class SkewedTimeProvider(TimeSpan offset) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;
    }
}
