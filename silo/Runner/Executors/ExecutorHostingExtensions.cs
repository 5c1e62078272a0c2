using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace OrleansHybrid.Runner.Executors;

/// <summary>Makes a silo one that executes tasks.</summary>
public static class ExecutorHostingExtensions
{
    /// <summary>The name under which a silo that executes says which one it is; others say nothing there.</summary>
    public const string MetadataKey = "runner";

    /// <summary>Whether a grain class claims or executes tasks, so that silos without a runner leave it out.</summary>
    /// <param name="grainClass">The class.</param>
    public static bool IsExecutor(Type grainClass) => grainClass == typeof(ExecutorGrain) || grainClass == typeof(RunnerAgentGrain);

    /// <summary>Lets this silo execute the tasks of runners in its process.</summary>
    /// <param name="silo">The silo.</param>
    public static ISiloBuilder AddExecutors(this ISiloBuilder silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.UseSiloMetadata(new Dictionary<string, string> { [MetadataKey] = RandomNumberGenerator.GetHexString(32, lowercase: true) });
        silo.Configure<SiloMessagingOptions>(DisableProcessingTimeout);
        silo.Services.AddSingleton<ExecutorSessions>();
        return silo;
    }

    private static void DisableProcessingTimeout(SiloMessagingOptions messaging) =>
        messaging.MaxRequestProcessingTime = TimeSpan.MaxValue;
}
