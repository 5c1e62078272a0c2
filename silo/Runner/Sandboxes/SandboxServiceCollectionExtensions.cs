using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Policy;
using OrleansHybrid.Runner.Sandboxes.Containers;
using OrleansHybrid.Runner.Sandboxes.Processes;

namespace OrleansHybrid.Runner.Sandboxes;

/// <summary>Registers what makes sandboxes.</summary>
internal static partial class SandboxServiceCollectionExtensions
{
    /// <summary>Adds the kind of sandboxes that the options name; needs a state folder.</summary>
    public static IServiceCollection AddSandboxes(this IServiceCollection services, RunnerOptions options) => options.Executor switch
    {
        ExecutorKind.Docker => services
            .AddSingleton(_ => OpenEngine())
            .AddSingleton<ISandboxFactory>(provider => CreateDocker(provider, options)),
        ExecutorKind.Process when OperatingSystem.IsLinux() => services.AddSingleton<ISandboxFactory, ProcessSandboxFactory>(),
        ExecutorKind.Process => throw new ConfigurationException("EXECUTOR", "process needs Linux: use docker."),
        _ => throw new UnreachableException($"executor {options.Executor}"),
    };

    private static DockerEngine OpenEngine()
    {
        try
        {
            return new DockerEngine(DockerAddress.FromEnvironment());
        }
        catch (FormatException ex)
        {
            throw new ConfigurationException("DOCKER_HOST", ex.Message);
        }
    }

    private static DockerSandboxFactory CreateDocker(IServiceProvider provider, RunnerOptions options)
    {
        var logger = provider.GetRequiredService<ILogger<DockerSandboxFactory>>();
        if (options.SealPolicy is not { SignedOnly: true })
        {
            WarnAboutHostGrants(options.Docker.Policy, logger);
        }

        return new DockerSandboxFactory(provider.GetRequiredService<DockerEngine>(), options.Docker, logger);
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
}
