using Microsoft.Extensions.Logging;
using Orleans.Hybrid.Runner.Execution;
using Orleans.Hybrid.Runner.Executors.Process;
using Orleans.Hybrid.Runner.Settings;
using Orleans.Hybrid.Runner.State;

namespace Orleans.Hybrid.Runner.Executors;

/// <summary>The kind of sandboxes that the options name.</summary>
internal sealed class TaskSandboxes : IDisposable
{
    private readonly IDisposable[] held;

    private TaskSandboxes(ISandboxes kind, params IDisposable[] held)
    {
        Kind = kind;
        this.held = held;
    }

    public ISandboxes Kind { get; }

    public static TaskSandboxes Open(RunnerOptions options, StateFolder state, ILoggerFactory loggers)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new BadSettingException("EXECUTOR", "process needs Linux: use docker.");
        }

        var processes = new ProcessSandboxes(state, loggers.CreateLogger<ProcessSandboxes>());
        return new TaskSandboxes(processes, processes);
    }

    public void Dispose()
    {
        foreach (var part in held)
        {
            part.Dispose();
        }
    }
}
