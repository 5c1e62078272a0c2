using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Launcher;

/// <summary>A launcher's grain on a silo that somebody else has: it hands out what a test says, and remembers what it is told.</summary>
internal sealed class StubLauncherGrain
{
    /// <summary>The commands that it hands out next.</summary>
    public List<ProviderCommand> Commands { get; } = [];

    /// <summary>The results that were reported to it.</summary>
    public List<ProviderResult> Reports { get; } = [];

    /// <summary>A cluster whose every grain is this one.</summary>
    public IGrainFactory Grains
    {
        get
        {
            var grain = Stub.Of<INimbixLauncherControlGrain>()
                .On(nameof(INimbixLauncherControlGrain.TakeCommands), _ => Task.FromResult(new ProviderCommandBatch([.. Commands], TimeSpan.FromSeconds(1))))
                .On(nameof(INimbixLauncherControlGrain.ReportResults), arguments =>
                {
                    Reports.AddRange((ProviderResult[])arguments[0]!);
                    return Task.CompletedTask;
                });
            return Stub.Of<IGrainFactory>().On("GetGrain", _ => grain.Object).Object;
        }
    }
}
