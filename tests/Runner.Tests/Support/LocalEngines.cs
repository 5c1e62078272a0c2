using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orleans.Hybrid.Runner.Executors;
using Orleans.Hybrid.Runner.Link;

namespace Orleans.Hybrid.Runner.Tests.Support;

/// <summary>What executors live on in these tests: the small engine at its harshest.</summary>
internal static class Engines
{
    public static bool AreSilos => false;

    public static Task<ExecutorEngine> StartAsync(ILoggerFactory loggers) =>
        Task.FromResult(new ExecutorEngine(loggers, mischief: 7));
}

/// <summary>Stands where this build has no such links: tests that need them are skipped.</summary>
internal sealed class GrainLinks
{
    public Task<IControlPlane> OpenAsync(Uri plane) => throw new UnreachableException($"no grains lead to {plane}");

    public Task<IControlPlane> OpenAloneAsync() => throw new UnreachableException("no grains here");

    public Task CloseAsync() => Task.CompletedTask;
}
