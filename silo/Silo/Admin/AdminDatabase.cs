using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Standalone;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Silo.Admin;

/// <summary>The database that whoever owns the machine works on, without the server.</summary>
internal static class AdminDatabase
{
    /// <summary>Does something to one that is there; gives the exit code.</summary>
    public static Task<int> RunAsync(ControlPlaneOptions options, TextWriter output, Func<AdminCommands, Task<int>> act)
    {
        InstallationCheck.RequireFile(options);
        return RunAsync(
            options,
            output,
            store => InstallationCheck.RequireTablesAsync(options, store, CancellationToken.None),
            provider => act(provider.GetRequiredService<AdminCommands>()));
    }

    /// <summary>Prepares one, which need not be there; gives the exit code.</summary>
    public static Task<int> SetUpAsync(ControlPlaneOptions options, TextWriter output) => RunAsync(
        options,
        output,
        _ => Task.CompletedTask,
        provider => provider.GetRequiredService<SetupCommand>().RunAsync(CancellationToken.None));

    private static async Task<int> RunAsync(
        ControlPlaneOptions options, TextWriter output, Func<IDatabaseInitializer, Task> check, Func<IServiceProvider, Task<int>> act)
    {
        await using var provider = Services(options, output).BuildServiceProvider();
        var store = provider.GetRequiredService<IDatabaseInitializer>();
        await check(store);
        await store.MigrateAsync(CancellationToken.None);
        return await act(provider);
    }

    private static IServiceCollection Services(ControlPlaneOptions options, TextWriter output)
    {
        var services = new ServiceCollection().AddSingleton<IdGenerator>().AddSingleton<AdminCommands>().AddSingleton(output);
        services.AddSingleton<PublicAddress>().AddSingleton<ClusterTokenIssuer>();
        services.AddSingleton<Bootstrapper>().AddSingleton<SetupCommand>();
        services.AddLogging().AddControlPlaneStores(options);
        return services;
    }
}
