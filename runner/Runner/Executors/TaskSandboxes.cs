using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Docker;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Executors.Process;
using OrleansHybrid.Runner.Policy;
using OrleansHybrid.Runner.Settings;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Executors;

/// <summary>The kind of sandboxes that the options name.</summary>
internal sealed partial class TaskSandboxes : IDisposable
{
    private readonly IDisposable[] _held;

    private TaskSandboxes(ISandboxes kind, params IDisposable[] held)
    {
        Kind = kind;
        this._held = held;
    }

    public ISandboxes Kind { get; }

    public static TaskSandboxes Open(RunnerOptions options, StateFolder state, ILoggerFactory loggers) =>
        options.Executor switch
        {
            ExecutorKind.Docker => OpenDocker(options, loggers),
            ExecutorKind.Process => OpenProcesses(state, loggers),
            _ => throw new UnreachableException($"executor {options.Executor}"),
        };

    public void Dispose() => Array.ForEach(_held, one => one.Dispose());

    private static TaskSandboxes OpenDocker(RunnerOptions options, ILoggerFactory loggers)
    {
        try
        {
            var engine = new DockerEngine(DockerAddress.FromEnvironment());
            var logger = loggers.CreateLogger<DockerSandboxes>();
            if (options.Seals is not { SignedOnly: true })
            {
                TellOfTrust(options.Docker.Policy, logger);
            }

            var sandboxes = new DockerSandboxes(engine, options.Docker, logger);
            return new TaskSandboxes(sandboxes, sandboxes, engine);
        }
        catch (FormatException ex)
        {
            throw new BadSettingException("DOCKER_HOST", ex.Message);
        }
    }

    private static void TellOfTrust(ImagePolicy policy, ILogger logger)
    {
        foreach (var (index, rule) in policy.Rules.Index().Where(rule => rule.Item.Grant is { ReachesHost: true }))
        {
            LogTrust(logger, index, rule.TrustsNames ? "and its images are not named by digest, so whoever can push them decides as well" : "by digest");
        }
    }

    [LoggerMessage(309, LogLevel.Warning,
        "rules[{Rule}] of POLICY_FILE gives something of this host to its images, {Pinned}; without REQUIRE_SIGNED=1 the control plane decides what their programs do with it")]
    private static partial void LogTrust(ILogger logger, int rule, string pinned);

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
