using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Primitives.Text;
using OrleansHybrid.Runner;

namespace OrleansHybrid.Silo.Standalone;

/// <summary>Adds the provider that is this machine, and says whether it could be one.</summary>
internal static class LocalSetup
{
    /// <summary>Adds it; the folder is where its executor notes what it has begun.</summary>
    public static IServiceCollection AddLocalProvider(this IServiceCollection services, LaunchExecutor executor, string folder) =>
        services.AddSingleton<ILaunchProvider>(provider => new LocalProvider(
            cancellationToken => OpenAsync(executor, folder, provider, cancellationToken),
            provider.GetRequiredService<SecretRedactor>(),
            provider.GetRequiredService<TimeProvider>()));

    /// <summary>Why scripts can't be run in an executor here; null when they can.</summary>
    public static async Task<string?> FindProblemAsync(LaunchExecutor executor, IServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            using var host = await OpenAsync(executor, null, services, cancellationToken);
            return null;
        }
        catch (ScriptException ex)
        {
            return ex.Message;
        }
    }

    private static Task<ScriptRunner> OpenAsync(LaunchExecutor executor, string? folder, IServiceProvider services, CancellationToken cancellationToken) =>
        ScriptRunner.OpenAsync(
            executor == LaunchExecutor.Docker ? ExecutorKind.Docker : ExecutorKind.Process,
            folder,
            services.GetRequiredService<ILoggerFactory>(),
            cancellationToken);
}
