using Orleans.Concurrency;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Runner.Executors;

/// <summary>
/// Executes one task of a session, known by its id, from claim to report. A second attempt that comes to this session while the
/// first still ends waits for it: two attempts never run side by side.
/// </summary>
[Alias("hybrid.executor")]
internal interface IExecutorGrain : IGrainWithStringKey
{
    [OneWay]
    [Alias("execute")]
    Task Execute(TaskAssignment assignment);
}
