using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Policy;
using OrleansHybrid.Runner.Sandboxes.Containers;
using OrleansHybrid.Runner.Sandboxes.Processes;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Executors;

/// <summary>The kind of sandboxes that the options name.</summary>
internal sealed partial class TaskSandboxFactory : IDisposable
{
    private readonly IDisposable[] _disposables;

    private TaskSandboxFactory(ISandboxFactory inner, params IDisposable[] disposables)
    {
        Inner = inner;
        this._disposables = disposables;
    }

    public ISandboxFactory Inner { get; }

    public static TaskSandboxFactory Open(RunnerOptions options, StateFolder state, ILoggerFactory loggers) =>
        options.Executor switch
        {
            ExecutorKind.Docker => OpenDocker(options, loggers),
            ExecutorKind.Process => OpenProcesses(state, loggers),
            _ => throw new UnreachableException($"executor {options.Executor}"),
        };

    public void Dispose() => Array.ForEach(_disposables, one => one.Dispose());

    private static TaskSandboxFactory OpenDocker(RunnerOptions options, ILoggerFactory loggers)
    {
        try
        {
            var engine = new DockerEngine(DockerAddress.FromEnvironment());
            var logger = loggers.CreateLogger<DockerSandboxFactory>();
            if (options.SealPolicy is not { SignedOnly: true })
            {
                WarnAboutHostGrants(options.Docker.Policy, logger);
            }

            var sandboxes = new DockerSandboxFactory(engine, options.Docker, logger);
            return new TaskSandboxFactory(sandboxes, sandboxes, engine);
        }
        catch (FormatException ex)
        {
            throw new ConfigurationException("DOCKER_HOST", ex.Message);
        }
    }

    private static void WarnAboutHostGrants(ImagePolicy policy, ILogger logger)
    {
        foreach (var (index, rule) in policy.Rules.Index().Where(rule => rule.Item.Grant is { GrantsHostAccess: true }))
        {
            LogHostGrant(logger, index, rule.TrustsMutableTags ? "not pinned by digest, so anyone who can push them decides too" : "pinned by digest");
        }
    }

    [LoggerMessage(309, LogLevel.Warning,
        "POLICY_FILE rules[{Rule}] gives its images ({Pinned}) access to this host; without REQUIRE_SIGNED=1 the control plane decides how they use it")]
    private static partial void LogHostGrant(ILogger logger, int rule, string pinned);

    private static TaskSandboxFactory OpenProcesses(StateFolder state, ILoggerFactory loggers)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new ConfigurationException("EXECUTOR", "process needs Linux: use docker.");
        }

        var processes = new ProcessSandboxFactory(state, loggers.CreateLogger<ProcessSandboxFactory>());
        return new TaskSandboxFactory(processes, processes);
    }
}
