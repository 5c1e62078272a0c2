using Orleans.Hybrid.Support;

namespace Orleans.Hybrid.Runner.Tests.Support;

/// <summary>A fact about runners that listen on nothing: not for a runner that is a silo, and only root can establish it.</summary>
internal sealed class SilentRunnerFactAttribute : ConditionalFactAttribute
{
    public SilentRunnerFactAttribute()
        : base(Need.Root) => Skip = Engines.AreSilos ? "is about a runner that is no silo: one listens for the others" : Skip;
}
