using OrleansHybrid.Silo.Admin;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Silo;

/// <summary><c>silo serve</c>: the control plane alone, as one of several beside each other or behind a service manager.</summary>
internal static class ServeCommand
{
    /// <summary>Runs until it is told to stop; gives the exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var options = ControlPlaneOptionsReader.Read(arguments);
        InstallationCheck.RequireFile(options);
        await using var app = ControlPlane.Build(options);
        await InstallationCheck.RequireTablesAsync(options, app.Services.GetRequiredService<IDatabaseInitializer>(), CancellationToken.None);
        await app.RunAsync();
        return ExitCodes.Success;
    }
}
