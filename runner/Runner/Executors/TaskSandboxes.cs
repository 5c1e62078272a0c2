using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orleans.Hybrid.Runner.Docker;
using Orleans.Hybrid.Runner.Execution;
using Orleans.Hybrid.Runner.Executors.Process;
using Orleans.Hybrid.Runner.Settings;
using Orleans.Hybrid.Runner.State;

namespace Orleans.Hybrid.Runner.Executors;

/// <summary>The kind of sandboxes that the options name.</summary>
internal sealed class TaskSandboxes : IDisposable
{
    private readonly IDisposable held;

    private TaskSandboxes(ISandboxes kind, IDisposable held)
    {
        Kind = kind;
        this.held = held;
    }

    public ISandboxes Kind { get; }

    public static TaskSandboxes Open(RunnerOptions options, StateFolder state, ILoggerFactory loggers) =>
        options.Executor switch
        {
            ExecutorKind.Docker => OpenDocker(loggers),
            ExecutorKind.Process => OpenProcesses(state, loggers),
            _ => throw new UnreachableException($"executor {options.Executor}"),
        };

    public void Dispose() => held.Dispose();

    private static TaskSandboxes OpenDocker(ILoggerFactory loggers)
    {
        try
        {
            var engine = new DockerEngine(DockerAddress.FromEnvironment());
            var logger = loggers.CreateLogger<DockerSandboxes>();
            return new TaskSandboxes(new DockerSandboxes(engine, new DockerOptions(), logger), engine);
        }
        catch (FormatException wrong)
        {
            throw new BadSettingException("DOCKER_HOST", wrong.Message);
        }
    }

    private static TaskSandboxes OpenProcesses(StateFolder state, ILoggerFactory loggers)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new BadSettingException("EXECUTOR", "process needs Linux: use docker.");
        }

        var processes = new ProcessSandboxes(state, loggers.CreateLogger<ProcessSandboxes>());
        return new TaskSandboxes(processes, processes);
    }
}
