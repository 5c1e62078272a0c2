using Orleans.Hybrid.Runner.Execution;
using Orleans.Hybrid.Runner.Link;

namespace Orleans.Hybrid.Runner.Executors;

/// <summary>What executors live on; which one there is, is chosen when the runner is built.</summary>
internal interface IExecutorEngine : IAsyncDisposable
{
    /// <summary>The way to the control plane that these options name.</summary>
    IControlPlane Link(RunnerOptions options);

    /// <summary>Lets executors work for a session, one at a time, until what is given is disposed of.</summary>
    Task<ExecutorHost> HostAsync(ExecutionTools tools);
}
