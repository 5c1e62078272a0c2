using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Apps;

/// <summary>A way from apps to a control plane, and that control plane.</summary>
public abstract class HybridTasksFixture : IAsyncLifetime
{
    private readonly List<IHost> _apps = [];
    private TestSilo? _silo;

    internal TestSilo Silo => _silo ?? throw new InvalidOperationException("not started");

    public async Task InitializeAsync() => _silo = await StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var app in _apps)
        {
            await app.StopAsync();
            app.Dispose();
        }

        if (_silo is not null)
        {
            await _silo.DisposeAsync();
        }
    }

    /// <summary>A client in an app of its own, for a tenant's project.</summary>
    internal Task<IHybridTasks> OpenAsync(Tenant tenant, EncryptionKey? key = null) =>
        OpenAsync(services => Add(services, tenant, key));

    internal abstract void Add(IServiceCollection services, Tenant tenant, EncryptionKey? key);

    private protected async Task<IHybridTasks> OpenAsync(Action<IServiceCollection> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        add(builder.Services.AddLogging());
        var app = builder.Build();
        _apps.Add(app);
        await app.StartAsync();
        return app.Services.GetRequiredService<IHybridTasks>();
    }

    private protected virtual async Task<TestSilo?> StartAsync() => await TestSilo.StartAsync();
}
