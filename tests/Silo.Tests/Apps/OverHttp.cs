using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Apps;

/// <summary>The contract over HTTP.</summary>
public sealed class OverHttp(OverHttp.Http way) : QueueingApps(way), IClassFixture<OverHttp.Http>
{
    public sealed class Http : Way
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
