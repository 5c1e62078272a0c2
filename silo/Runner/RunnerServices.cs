using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Runner.Metrics;
using OrleansHybrid.Runner.State;
using OrleansHybrid.Runner.Systemd;

namespace OrleansHybrid.Runner;

/// <summary>The runner's dependencies: the control plane, its host, time and randomness.</summary>
internal sealed record RunnerServices
{
    public required IControlPlaneClient ControlPlane { get; init; }

    public required ISandboxFactory SandboxFactory { get; init; }

    public required StateFolder State { get; init; }

    public required TimeProvider Time { get; init; }

    public required Random Random { get; init; }

    public required ILoggerFactory LoggerFactory { get; init; }

    /// <summary>The sessions whose tasks are executed in this process.</summary>
    public required ExecutorSessions Executors { get; init; }

    /// <summary>The grains of the silo that executes them.</summary>
    public required IGrainFactory GrainFactory { get; init; }

    /// <summary>What it counts.</summary>
    public RunnerMeter Meter { get; init; } = new();

    /// <summary>Who started this program, and watches it.</summary>
    public SystemdNotifier SystemdNotifier { get; init; } = SystemdNotifier.None;
}
