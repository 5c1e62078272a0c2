namespace Orleans.Hybrid.Silo;

/// <summary><c>silo serve</c>: the control plane alone, as one of several beside each other or behind a service manager.</summary>
internal static class ServeCommand
{
    /// <summary>Runs until it is told to stop; gives the exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        await using var app = ControlPlane.Build(ControlPlaneSettings.Read(arguments));
        await app.RunAsync();
        return ExitCode.Fine;
    }
}
