namespace OrleansHybrid.Silo.SingleProcess;

/// <summary>A started control plane with its first project, and how to connect to it.</summary>
internal sealed class OneProcess : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OneProcess(WebApplication app, Connection connection) => (_app, Connection) = (app, connection);

    /// <summary>How to connect.</summary>
    public Connection Connection { get; }

    /// <summary>What it is made of.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>
    /// Starts it, and writes <c>connection.json</c> once it answers; <paramref name="quiet"/> keeps no logs but those that
    /// <paramref name="configure"/> adds.
    /// </summary>
    public static async Task<OneProcess> StartAsync(ControlPlaneOptions options, bool quiet, Action<WebApplicationBuilder>? configure = null)
    {
        var app = ControlPlane.Build(options, builder =>
        {
            builder.Services.AddSingleton<FirstStart>().AddSingleton<IHostLifetime, StandingBy>();
            if (quiet)
            {
                builder.Logging.ClearProviders();
            }

            configure?.Invoke(builder);
        });
        try
        {
            await app.StartAsync();
            var connection = await app.Services.GetRequiredService<FirstStart>()
                .EnsureAsync(Connection.Read(options.DataDirectory), CancellationToken.None);
            connection.Write(options.DataDirectory);
            return new OneProcess(app, connection);
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

    /// <summary>Signals are for whoever started this: the runner has to end before the control plane does.</summary>
    private sealed class StandingBy : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
