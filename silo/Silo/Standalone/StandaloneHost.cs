using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OrleansHybrid.Runner;
using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.Standalone;

/// <summary>A started control plane with its first project, and how to connect to it.</summary>
internal sealed class StandaloneHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StandaloneHost(WebApplication app, ConnectionDetails connection) => (_app, Connection) = (app, connection);

    /// <summary>How to connect.</summary>
    public ConnectionDetails Connection { get; }

    /// <summary>The services of the host.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Where its data is.</summary>
    public string DataDirectory => Services.GetRequiredService<StoreOptions>().DataDirectory;

    /// <summary>
    /// Starts it, and writes <c>connection.json</c> once it answers; <paramref name="quiet"/> keeps no logs but those that
    /// <paramref name="configure"/> adds.
    /// </summary>
    public static async Task<StandaloneHost> StartAsync(
        IConfiguration configuration, bool executesTasks, bool quiet, Action<WebApplicationBuilder>? configure = null)
    {
        var app = ControlPlane.Build(configuration, executesTasks, builder =>
        {
            builder.Services.AddSingleton<Bootstrapper>().AddSingleton<IHostLifetime, NoopHostLifetime>();
            builder.Services
                .ConfigureOpenTelemetryTracerProvider(traces => traces.AddSource(RunnerHost.ActivitySourceName))
                .ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddMeter(RunnerHost.MeterName));
            if (quiet)
            {
                builder.Logging.ClearProviders();
            }

            configure?.Invoke(builder);
        });
        try
        {
            await app.StartAsync();
            var folder = app.Services.GetRequiredService<StoreOptions>().DataDirectory;
            var connection = await app.Services.GetRequiredService<Bootstrapper>()
                .EnsureAsync(ConnectionDetails.Read(folder), CancellationToken.None);
            connection.Write(folder);
            return new StandaloneHost(app, connection);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Leaves signals to the caller: the runner has to end before the control plane does.</summary>
    private sealed class NoopHostLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
