using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.GrainClient;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Apps;

/// <summary>The contract over the gateways of silos.</summary>
public sealed class GatewayHybridTasksTests(GatewayHybridTasksTests.GatewayFixture way)
    : HybridTasksContractTests(way), IClassFixture<GatewayHybridTasksTests.GatewayFixture>, INeedsPostgres
{
    [StoreFact]
    public async Task A_wait_outlives_the_only_silo_when_another_one_comes()
    {
        var (database, key) = await way.NewDatabaseAsync("grain_client_outage");
        var first = await TestSilo.StartAsync(database, key);
        var tenant = await first.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var tasks = await way.OpenAsync(first, tenant);
        var id = await tasks.EnqueueAsync(new NewTask { CodeName = "hello" });

        var waiting = tasks.WaitAsync(id);
        var gateway = first.Endpoint;
        await first.DisposeAsync();
        await using var second = await TestSilo.StartAsync(database, key, gateway);
        var runner = await (tenant with { Api = new ApiClient(second.Address, tenant.Api.Token) }).EnrolAsync(cluster);
        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, "complete", exitCode: 0);

        Assert.Equal("complete", (await waiting).Status);
    }

    public sealed class GatewayFixture : HybridTasksFixture, IDisposable
    {
        private readonly string _key = Path.GetTempFileName();
        public GatewayFixture() => File.WriteAllText(_key, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));

        public void Dispose() => File.Delete(_key);

        internal async Task<(string Database, string KeyFile)> NewDatabaseAsync(string name) =>
            (await (await PostgresServer.Shared).CreateDatabaseAsync(name), _key);

        internal Task<IHybridTasks> OpenAsync(TestSilo silo, Tenant tenant) =>
            OpenAsync(services => Add(services, silo, tenant, key: null));

        internal override void Add(IServiceCollection services, Tenant tenant, EncryptionKey? key) => Add(services, Silo, tenant, key);

        private protected override async Task<TestSilo?> StartAsync()
        {
            if (PostgresServer.MissingReason is not null)
            {
                return null;
            }

            var (database, key) = await NewDatabaseAsync("grain_client");
            return await TestSilo.StartAsync(database, key);
        }

        private static void Add(IServiceCollection services, TestSilo silo, Tenant tenant, EncryptionKey? key) =>
            services.AddHybridGrainClient(new HybridGrainClientOptions
            {
                Gateways = [$"127.0.0.1:{silo.Endpoint.GatewayPort}"],
                ProjectId = tenant.ProjectId,
                Token = tenant.Api.Token,
                CertificateFile = TestCertificates.Shared.App.Certificate,
                KeyFile = TestCertificates.Shared.App.Key,
                CaFile = TestCertificates.Shared.App.Authority,
                EncryptionKey = key,
            });
    }
}
