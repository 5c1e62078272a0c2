using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansHybrid.Abstractions.Gateway;
using OrleansHybrid.Client;
using OrleansHybrid.GrainClient;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Clustering;

/// <summary>V2: who may open a connection to a silo's two ports, which are real, as is TLS.</summary>
public sealed class SiloConnectionsTests(SiloConnectionsTests.SiloFixture one) : IClassFixture<SiloConnectionsTests.SiloFixture>
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private static readonly TestCertificates Ours = TestCertificates.Shared;
    private static readonly TestCertificates Theirs = new();

    public static TheoryData<string> Strangers() =>
        ["none", "self-signed", "another authority's", "expired", "not good yet", "for servers only", "for nothing", "of no role"];

    [PostgresTheory(Timeout = 120_000)]
    [MemberData(nameof(Strangers))]
    public async Task V2_a_stranger_gets_nothing_at_either_port(string kind)
    {
        using var certificate = CertificateOf(kind);

        Assert.False(await ReceivesDataAsync(one.Address.SiloPort, certificate));
        await using var client = await UntrustedGatewayClient.TryConnectAsync(one.Address.GatewayPort, certificate);
        Assert.Null(client);
    }

    [PostgresTheory(Timeout = 120_000)]
    [InlineData(CertificateRoles.App)]
    [InlineData(CertificateRoles.Runner)]
    public async Task V2_apps_and_runners_open_the_gateway_and_not_the_silo_port(string role)
    {
        using var certificate = Ours.Make(role).Load();

        Assert.False(await ReceivesDataAsync(one.Address.SiloPort, certificate));
        await using var client = await UntrustedGatewayClient.TryConnectAsync(one.Address.GatewayPort, certificate);
        Assert.NotNull(client);
    }

    [PostgresFact(Timeout = 120_000)]
    public async Task V2_a_silo_opens_the_silo_port()
    {
        using var certificate = Ours.Silo.Load();

        Assert.True(await ReceivesDataAsync(one.Address.SiloPort, certificate));
    }

    [PostgresFact(Timeout = 120_000)]
    public async Task V2_who_is_rejected_is_written_down_and_not_each_time()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.False(await ReceivesDataAsync(one.Address.SiloPort, null));
        }

        await one.Silo.Logs.WaitForAsync("Connection rejected (silo port, 127.0.0.1)");
        Assert.InRange(one.Silo.Logs.All.Count(line => line.Contains("Connection rejected (silo port", StringComparison.Ordinal)), 1, 15);
    }

    [PostgresFact(Timeout = 120_000)]
    public async Task V2_a_connection_ends_with_the_certificate_that_opened_it()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = Ours.Make(CertificateRoles.Silo, now.AddHours(-1), now.AddSeconds(10), ServerUse, ClientUse).Load();
        await using var visitor = await TlsTestClient.ConnectAsync(one.Address.SiloPort, certificate);
        Assert.True(await visitor!.ReceivesDataAsync());

        await visitor.WaitForCloseAsync();

        Assert.True(TimeProvider.System.GetUtcNow() >= certificate.NotAfter.ToUniversalTime());
    }

    [PostgresFact(Timeout = 120_000)]
    public async Task V2_what_is_renewed_on_disk_is_shown_at_the_next_connection()
    {
        var own = Ours.Make(CertificateRoles.Silo, "silo");
        await using var silo = await one.StartAsync("renewed", own.Folder);
        using var app = Ours.App.Load();
        using var first = own.Load();
        Assert.Equal(first.SerialNumber, await SerialAsync());

        // Half of it changes nothing.
        var next = Ours.Make(CertificateRoles.Silo, "silo");
        File.Copy(next.Key, own.Key, overwrite: true);
        Assert.Equal(first.SerialNumber, await SerialAsync());
        own.ReplaceWith(next);

        using var second = next.Load();
        Assert.Equal(second.SerialNumber, await SerialAsync());

        async Task<string> SerialAsync()
        {
            await using var visitor = await TlsTestClient.ConnectAsync(silo.Endpoint.GatewayPort, app);
            return visitor!.Serial;
        }
    }

    [PostgresFact(Timeout = 120_000)]
    public async Task V2_an_app_that_is_rejected_is_told_so_in_a_sentence()
    {
        var stranger = Ours.App with { Certificate = Theirs.App.Certificate, Key = Theirs.App.Key };

        var told = await Assert.ThrowsAsync<HybridException>(() => StartAppAsync(one.Address.GatewayPort, stranger));

        Assert.StartsWith("no gateway accepted this certificate", told.Message, StringComparison.Ordinal);
    }

    [PostgresFact(Timeout = 120_000)]
    public async Task V2_an_app_does_not_speak_to_a_gateway_of_another_installation()
    {
        var told = await Assert.ThrowsAsync<HybridException>(() => StartAppAsync(one.Address.GatewayPort, Theirs.App));

        Assert.Contains("is no gateway of this installation: its certificate is not from this installation's authority", told.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task V2_an_app_without_a_gateway_is_told_so_as_well()
    {
        var told = await Assert.ThrowsAsync<HybridException>(() => StartAppAsync(FreePorts.Next(), Ours.App));

        Assert.StartsWith("no gateway answers at 127.0.0.1:", told.Message, StringComparison.Ordinal);
    }

    private static X509Certificate2? CertificateOf(string kind)
    {
        var now = TimeProvider.System.GetUtcNow();
        return kind switch
        {
            "none" => null,
            "self-signed" => SelfSigned(now),
            "another authority's" => Theirs.Silo.Load(),
            "expired" => Ours.Make(CertificateRoles.Silo, now.AddMinutes(-50), now.AddMinutes(-1), ServerUse, ClientUse).Load(),
            "not good yet" => Ours.Make(CertificateRoles.Silo, now.AddHours(1), now.AddHours(2), ServerUse, ClientUse).Load(),
            "for servers only" => Ours.Make(CertificateRoles.Silo, now.AddMinutes(-50), now.AddHours(1), ServerUse).Load(),
            "for nothing" => Ours.Make(CertificateRoles.Silo, now.AddMinutes(-50), now.AddHours(1), "1.3.6.1.5.5.7.3.3").Load(),
            "of no role" => Ours.Make("visitor.hybrid", now.AddMinutes(-50), now.AddHours(1), ServerUse, ClientUse).Load(),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
    }

    private static X509Certificate2 SelfSigned(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=silo", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(CertificateRoles.Silo);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerUse), new Oid(ClientUse)], critical: false));
        return request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
    }

    private static async Task<bool> ReceivesDataAsync(int port, X509Certificate2? certificate)
    {
        await using var visitor = await TlsTestClient.ConnectAsync(port, certificate);
        return visitor is not null && await visitor.ReceivesDataAsync();
    }

    private static async Task StartAppAsync(int gateway, CertificatePaths certificate)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging().AddHybridGrainClient(new HybridGrainClientOptions
        {
            Gateways = [$"127.0.0.1:{gateway}"],
            ProjectId = "0123456789abcdef01234567",
            Token = "token",
            CertificateFile = certificate.Certificate,
            KeyFile = certificate.Key,
            CaFile = certificate.Authority,
            OutageTimeout = TimeSpan.FromSeconds(5),
        });
        using var app = builder.Build();
        await app.StartAsync();
    }

    public sealed class SiloFixture : IAsyncLifetime
    {
        private readonly string _key = Path.GetTempFileName();
        private TestSilo? _silo;

        public SiloFixture() => File.WriteAllText(_key, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));

        internal TestSilo Silo => _silo ?? throw new InvalidOperationException("not started");

        internal SiloEndpoint Address => Silo.Endpoint;

        public async Task InitializeAsync() => _silo = PostgresServer.MissingReason is null ? await StartAsync("connections", Ours.Silo.Folder) : null;

        public async Task DisposeAsync()
        {
            if (_silo is not null)
            {
                await _silo.DisposeAsync();
            }

            File.Delete(_key);
        }

        internal async Task<TestSilo> StartAsync(string name, string certificates) => await TestSilo.StartAsync(
            await (await PostgresServer.Shared).CreateDatabaseAsync(name), _key, certificates: certificates);
    }
}
