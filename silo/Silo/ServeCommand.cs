using System.CommandLine;
using OrleansHybrid.Silo.Admin;
using OrleansHybrid.Silo.Commands;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Silo;

/// <summary><c>silo serve</c>: the control plane alone, as one of several beside each other or behind a service manager.</summary>
internal static class ServeCommand
{
    public static Command Build()
    {
        var command = new Command("serve", "Run one control plane of an installation that silo admin setup has prepared");
        var settings = SettingOptions.AddTo(command, SettingOptions.ControlPlane);
        command.SetAction((parsed, _) => RunAsync(settings.Read(parsed)));
        return command;
    }

    /// <summary>Runs until it is stopped; returns the exit code.</summary>
    private static async Task<int> RunAsync(IConfiguration configuration)
    {
        var options = configuration.Read<StoreOptions>();
        InstallationCheck.RequireFile(options);
        await using var app = ControlPlane.Build(configuration);
        await InstallationCheck.RequireTablesAsync(options, app.Services.GetRequiredService<IDatabaseInitializer>(), CancellationToken.None);
        await app.RunAsync();
        return ExitCodes.Success;
    }
}
