using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Grains.Launching;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Launches;

/// <summary>A launcher's grain on a silo that somebody else has: it hands out what a test says, and remembers what it is told.</summary>
internal sealed class ForeignGrain
{
    /// <summary>What it hands out next.</summary>
    public List<LaunchOrder> Orders { get; } = [];

    /// <summary>What it was told.</summary>
    public List<LaunchReport> Reports { get; } = [];

    /// <summary>A cluster whose every grain is this one.</summary>
    public IGrainFactory Grains
    {
        get
        {
            var grain = Stub.Of<INimbixLauncherControlGrain>()
                .On(nameof(INimbixLauncherControlGrain.TakeOrders), _ => Task.FromResult(new LaunchOrders([.. Orders], TimeSpan.FromSeconds(1))))
                .On(nameof(INimbixLauncherControlGrain.Report), arguments =>
                {
                    Reports.AddRange((IReadOnlyList<LaunchReport>)arguments[0]!);
                    return Task.CompletedTask;
                });
            return Stub.Of<IGrainFactory>().On("GetGrain", _ => grain.Object).Object;
        }
    }
}
