using Orleans.Hybrid.Runner.Link;
using Orleans.Hybrid.Runner.Tests.Support;

namespace Orleans.Hybrid.Runner.Tests;

/// <summary>A runner that is a silo, beside a silo of the control plane.</summary>
public sealed class TheLinkOverGrains : TheLink, INeedsRunnerSilo
{
    private readonly GrainLinks links = new();

    private protected override Task<IControlPlane> OpenAsync(Uri address) => links.OpenAsync(address);

    private protected override Task<IControlPlane> OpenNowhereAsync() => links.OpenAloneAsync();

    private protected override Task CloseAsync() => links.CloseAsync();
}
