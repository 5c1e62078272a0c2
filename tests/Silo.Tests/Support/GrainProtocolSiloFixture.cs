namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>A control plane whose runners call grains.</summary>
public sealed class GrainProtocolSiloFixture : IAsyncLifetime
{
    public TestSilo Silo { get; } = new() { RunnersCallGrains = true };

    public Task InitializeAsync() => Silo.InitializeAsync();

    public async Task DisposeAsync() => await Silo.DisposeAsync();
}
