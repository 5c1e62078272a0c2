using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Grains.Launching;

namespace OrleansHybrid.Silo.Nimbix.Door;

/// <summary>Makes the copies of console texts that callers wait for.</summary>
internal sealed class ConsoleCopies(ILaunchTexts texts, TimeProvider time, IHostApplicationLifetime life, ILogger<ConsoleCopy> log)
{
    /// <summary>Cancelled when this server leaves.</summary>
    public CancellationToken Leaving => life.ApplicationStopping;

    /// <summary>A copy of the text of one launch.</summary>
    public ConsoleCopy Of(INimbixLauncherControlGrain launcher, LaunchView launch) => new(launcher, launch, texts, time, log);
}
