using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>Makes the copies of console texts that callers wait for.</summary>
internal sealed class ConsoleStreamerFactory(ILaunchConsoleStore consoleStore, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<ConsoleStreamer> log)
{
    /// <summary>Cancelled when this server leaves.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>A copy of the text of one launch.</summary>
    public ConsoleStreamer Create(INimbixLauncherControlGrain launcher, LaunchSnapshot launch) => new(launcher, launch, consoleStore, time, log);
}
