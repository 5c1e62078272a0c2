using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Standalone;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Silo.Admin;

/// <summary>The database that whoever owns the machine works on, without the server.</summary>
internal static class AdminDatabase
{
    /// <summary>Does something to one that is there; gives the exit code.</summary>
    public static Task<int> RunAsync(IConfiguration configuration, TextWriter output, Func<AdminCommands, Task<int>> act)
    {
        var options = configuration.Read<StoreOptions>();
        InstallationCheck.RequireFile(options);
        return RunAsync(
            configuration,
            output,
            store => InstallationCheck.RequireTablesAsync(options, store, CancellationToken.None),
            provider => act(provider.GetRequiredService<AdminCommands>()));
    }

    /// <summary>Prepares one, which need not be there; gives the exit code.</summary>
    public static Task<int> SetUpAsync(IConfiguration configuration, TextWriter output) => RunAsync(
        configuration,
        output,
        _ => Task.CompletedTask,
        provider => provider.GetRequiredService<SetupCommand>().RunAsync(CancellationToken.None));

    private static async Task<int> RunAsync(
        IConfiguration configuration, TextWriter output, Func<IDatabaseInitializer, Task> check, Func<IServiceProvider, Task<int>> act)
    {
        await using var provider = Services(configuration, output).BuildServiceProvider();
        var store = provider.GetRequiredService<IDatabaseInitializer>();
        await check(store);
        await store.MigrateAsync(CancellationToken.None);
        return await act(provider);
    }

    private static IServiceCollection Services(IConfiguration configuration, TextWriter output)
    {
        var services = new ServiceCollection().AddSingleton<IdGenerator>().AddSingleton<AdminCommands>().AddSingleton(output);
        services.AddSingleton<PublicAddress>().AddSingleton<ClusterTokenIssuer>();
        services.AddSingleton<Bootstrapper>().AddSingleton<SetupCommand>();
        services.AddLogging().AddControlPlaneStores(configuration);
        return services;
    }
}
