using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Abstractions.Gateway;
using OrleansHybrid.Client;

namespace OrleansHybrid.GrainClient;

/// <summary>Adds the client over grains to an application's services.</summary>
public static class HybridGrainClientServiceCollectionExtensions
{
    /// <summary>
    /// Adds the project's tasks as <see cref="IHybridTasks"/>. With gateways the application's host connects to them
    /// when it starts; without them the grains are those of this very process.
    /// </summary>
    /// <example><code>
    /// builder.Services.AddHybridGrainClient(new HybridGrainClientOptions
    /// {
    ///     ProjectId = project,
    ///     Token = token,
    ///     Gateways = ["10.0.0.5:30000", "10.0.0.6:30000"],
    ///     CertificateFile = "app.crt",
    ///     KeyFile = "app.key",
    ///     CaFile = "ca.crt",
    /// });
    /// </code></example>
    /// <param name="services">The application's services.</param>
    /// <param name="options">The project, the user's token, and the gateways with what opens them.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentException">The options can't be right; the message says why.</exception>
    public static IServiceCollection AddHybridGrainClient(
        this IServiceCollection services, HybridGrainClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxAttempts, 1);
        if (options.ProjectId.Length == 0)
        {
            throw new ArgumentException("a grain client works for one project: set ProjectId", nameof(options));
        }

        if (options.Token.Length == 0)
        {
            throw new ArgumentException("a grain client works for one user: set Token", nameof(options));
        }

        if (options.Gateways.Count > 0)
        {
            var gateways = GatewayAddress.ParseList(string.Join(',', options.Gateways))
                ?? throw new ArgumentException($"Gateways {GatewayAddress.Rule}", nameof(options));
            services.AddGateways(gateways, ReadCertificate(options), options);
        }

        return services.AddSingleton<IHybridTasks>(
            provider => new GrainTasksClient(provider.GetRequiredService<IGrainFactory>(), options));
    }

    private static CertificateFiles ReadCertificate(HybridGrainClientOptions options)
    {
        if (options is not { CertificateFile: { Length: > 0 } certificate, KeyFile: { Length: > 0 } key, CaFile: { Length: > 0 } authority })
        {
            throw new ArgumentException(
                "gateways let in who has a certificate: set CertificateFile, KeyFile and CaFile to what silo admin certificate app NAME made", nameof(options));
        }

        var files = new CertificateFiles(certificate, key, authority);
        return files.FindProblem(options.TimeProvider.GetUtcNow()) is { } problem ? throw new ArgumentException(problem, nameof(options)) : files;
    }
}
