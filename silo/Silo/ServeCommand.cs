using OrleansHybrid.Silo.Admin;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Silo;

/// <summary><c>silo serve</c>: the control plane alone, as one of several beside each other or behind a service manager.</summary>
internal static class ServeCommand
{
    /// <summary>Runs until it is told to stop; gives the exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var options = ControlPlaneSettings.Read(arguments);
        SetUpCheck.RequireFile(options);
        await using var app = ControlPlane.Build(options);
        await SetUpCheck.RequireTablesAsync(options, app.Services.GetRequiredService<IStoreSetup>(), CancellationToken.None);
        await app.RunAsync();
        return ExitCode.Fine;
    }
}
