using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Apps;

/// <summary>The contract over HTTP.</summary>
public sealed class HttpHybridTasksTests(HttpHybridTasksTests.HttpFixture way) : HybridTasksContractTests(way), IClassFixture<HttpHybridTasksTests.HttpFixture>
{
    public sealed class HttpFixture : HybridTasksFixture
    {
        internal override void Add(IServiceCollection services, Tenant tenant, EncryptionKey? key) =>
            services.AddHybridClient(new HybridClientOptions
            {
                BaseUrl = Silo.Address,
                Token = tenant.Api.Token,
                ProjectId = tenant.ProjectId,
                EncryptionKey = key,
            });
    }
}
