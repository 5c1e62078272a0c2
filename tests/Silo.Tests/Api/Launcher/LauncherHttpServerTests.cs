using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Tests.Policy;
using OrleansHybrid.Silo.Api.Launcher;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Api.Launcher;

/// <summary>The server's own port, inside of a silo and over TLS.</summary>
public sealed class LauncherHttpServerTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_silo_with_a_policy_listens_for_launcher_calls_on_the_launchers_port_only()
    {
        using var files = new PolicyFolder();
        await using var silo = await TestSilo.StartAsync(
            builder => builder.Services.AddSingleton<ILaunchConsoleStore>(new FakeLauncher(new ManualTimeProvider())),
            ("HYBRID_LAUNCHER_POLICY", files.Policy));
        using var http = new HttpClient();
        using var atServer = await http.PostAsync(new Uri(silo.Get<LauncherHttpServer>().Address, "run"), null);
        using var atSilo = await http.PostAsync(new Uri(silo.Address, "run"), null);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.NotFound), (atServer.StatusCode, atSilo.StatusCode));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_silo_without_one_has_none()
    {
        await using var silo = await TestSilo.StartAsync();

        Assert.Null(silo.App.Services.GetService<LauncherHttpServer>());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_silo_with_a_bad_policy_does_not_start_and_says_why()
    {
        using var files = new PolicyFolder($"{PolicyFolder.Usual}scirpt: x\n");

        var wrong = await Assert.ThrowsAsync<ConfigurationException>(() => TestSilo.StartAsync(
            builder => builder.Services.AddSingleton<ILaunchConsoleStore>(new FakeLauncher(new ManualTimeProvider())),
            ("HYBRID_LAUNCHER_POLICY", files.Policy)));

        Assert.Contains("scirpt is not known", wrong.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Over_TLS_callers_are_told_to_stay_there_and_a_new_certificate_holds_from_the_next_connection_on()
    {
        var files = new PolicyFolder($"{PolicyFolder.Usual}certificate_file: SECRETS/launcher.pem\nkey_file: SECRETS/launcher.key\n");
        WriteCertificate(files, "first");
        await using var server = await LauncherServerFixture.StartAsync(files);

        Assert.Equal(("CN=first", "max-age=31536000"), await CallAsync(server));
        WriteCertificate(files, "second");
        server.PolicyMonitor.Reload();
        Assert.Equal(("CN=second", "max-age=31536000"), await CallAsync(server));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_policy_without_its_certificate_leaves_the_open_port_its_own()
    {
        var files = new PolicyFolder($"{PolicyFolder.Usual}certificate_file: SECRETS/launcher.pem\nkey_file: SECRETS/launcher.key\n");
        WriteCertificate(files, "server");
        await using var server = await LauncherServerFixture.StartAsync(files);

        files.Write("policy.yaml", PolicyFolder.Usual);
        server.PolicyMonitor.Reload();
        server.PolicyMonitor.Reload();

        Assert.Equal(("CN=server", "max-age=31536000"), await CallAsync(server));
        Assert.Single(files.Logs.All, line => line.Contains("changes to certificate_file take effect", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task TLS_before_1_2_is_not_spoken()
    {
        var files = new PolicyFolder($"{PolicyFolder.Usual}certificate_file: SECRETS/launcher.pem\nkey_file: SECRETS/launcher.key\n");
        WriteCertificate(files, "server");
        await using var server = await LauncherServerFixture.StartAsync(files);

        var (old, today) = (await GreetAsync(server, minor: 2), await GreetAsync(server, minor: 3));

        // An alert, a fatal one about the version; and a greeting.
        Assert.Equal((0x15, 2, 70), (old[0], old[5], old[6]));
        Assert.Equal(0x16, today[0]);
    }

    [Fact]
    public void A_key_of_a_certificate_that_others_can_read_is_rejected()
    {
        using var files = new PolicyFolder($"{PolicyFolder.Usual}certificate_file: SECRETS/launcher.pem\nkey_file: SECRETS/launcher.key\n");
        WriteCertificate(files, "first");
        File.SetUnixFileMode(Path.Combine(files.Folder, "launcher.key"), UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Assert.Contains("launcher.key is open to others", Assert.Throws<ConfigurationException>(() => files.Open()).Message, StringComparison.Ordinal);
    }

    // The first words of a client that speaks TLS 1.1 (2) or 1.2 (3) at most, which this one's framework would not say itself.
    private static async Task<byte[]> GreetAsync(LauncherServerFixture server, byte minor)
    {
        byte[] hello =
        [
            3, minor, .. RandomNumberGenerator.GetBytes(32), 0,
            0, 4, 0xC0, 0x2B, 0xC0, 0x09, // two suites of the certificate's kind, one of them of 1.1
            1, 0, 0, 16, 0, 10, 0, 4, 0, 2, 0, 23, 0, 13, 0, 4, 0, 2, 4, 3, // nistP256, signed with SHA-256
        ];
        using var client = new TcpClient(server.Address.Host, server.Address.Port);
        await client.GetStream().WriteAsync((byte[])[0x16, 3, 1, 0, (byte)(hello.Length + 4), 1, 0, 0, (byte)hello.Length, .. hello]);
        var answer = new byte[7];
        await client.GetStream().ReadExactlyAsync(answer);
        return answer;
    }

    private static async Task<(string Subject, string Hsts)> CallAsync(LauncherServerFixture server)
    {
        var subject = "";
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => (subject = certificate!.Subject).Length > 0,
            },
        };
        using var http = new HttpClient(handler);
        using var answer = await http.PostAsync(new Uri(server.Address, "run"), null);
        return (subject, answer.Headers.GetValues("Strict-Transport-Security").Single());
    }

    private static void WriteCertificate(PolicyFolder files, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        files.Write("launcher.pem", certificate.ExportCertificatePem());
        files.Write("launcher.key", key.ExportPkcs8PrivateKeyPem());
    }
}
