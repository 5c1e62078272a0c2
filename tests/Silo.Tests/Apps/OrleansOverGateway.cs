using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hybrid.Contracts.Sealing;
using Orleans.Hybrid.GrainClient;
using Orleans.Hybrid.Silo.Tests.Support;
using Orleans.Hybrid.Support;

namespace Orleans.Hybrid.Silo.Tests.Apps;

/// <summary>The contract over a gateway of a silo, which the client finds in the database.</summary>
public sealed class OrleansOverGateway(OrleansOverGateway.Gateway way)
    : QueueingApps(way), IClassFixture<OrleansOverGateway.Gateway>, INeedsPostgres
{
    public sealed class Gateway : Way, IDisposable
    {
        private readonly string _key = Path.GetTempFileName();
        private string? _database;

        public void Dispose() => File.Delete(_key);

        internal override void Add(IServiceCollection services, Tenant tenant, SymmetricKey? key) =>
            services.AddHybridGrainClient(new HybridGrainClientOptions
            {
                ConnectionString = _database,
                ProjectId = tenant.ProjectId,
                EncryptionKey = key,
            });

        private protected override async Task<TestSilo?> StartAsync()
        {
            if (PostgresServer.Missing is not null)
            {
                return null;
            }

            _database = await (await PostgresServer.Shared).CreateDatabaseAsync("grain_client");
            await File.WriteAllTextAsync(_key, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
            return await TestSilo.StartAsync(_database, _key);
        }
    }
}
