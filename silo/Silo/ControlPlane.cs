using OrleansHybrid.Silo.Api;
using OrleansHybrid.Silo.Api.Iron;
using OrleansHybrid.Silo.Api.Launcher;
using OrleansHybrid.Silo.Api.RunnerProtocol;
using OrleansHybrid.Silo.Clustering;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Telemetry;
using OrleansHybrid.Silo.Web;
using OrleansHybrid.Silo.Web.Assets;

namespace OrleansHybrid.Silo;

/// <summary>Puts a control plane together.</summary>
internal static class ControlPlane
{
    /// <summary>A control plane that is ready to be started.</summary>
    /// <param name="configuration">Its settings.</param>
    /// <param name="executesTasks">Whether this silo executes the tasks of a runner in its own process.</param>
    /// <param name="configure">Has the last word.</param>
    public static WebApplication Build(IConfiguration configuration, bool executesTasks = false, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "OrleansHybrid.Silo",
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        var server = configuration.Read<ServerOptions>();
        builder.WebHost.UseUrls([.. server.AllUrls]);
        builder.WebHost.ConfigureKestrel(KestrelLimits.Configure);
        builder.Logging.AddControlPlaneLogs(configuration.Read<LogOptions>());
        builder.Services.AddControlPlaneStores(configuration);
        builder.Services.AddHostedService<DatabaseStartupService>();
        builder.AddSilo(configuration, executesTasks);
        builder.Services.AddControlPlane(configuration);
        builder.AddTelemetry(server);
        configure?.Invoke(builder);
        builder.Services.RemoveKeyRing();

        var app = builder.Build();
        app.UseMetrics(server);
        app.UseMiddleware<RequestLoggingMiddleware>();
        app.UsePublicScheme(server);
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(context => ErrorPages.WriteAsync(context.HttpContext));
        app.Use(CanonicalPath.RequireAsync);
        app.Use(HeadRequests.HandleAsGetAsync);
        app.UsePageAssets();
        app.UseRouting();
        app.UseMiddleware<RequestSizeMiddleware>();
        app.Use(UnroutedRequests.RejectAsync);
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapIron();
        app.MapRunners();
        app.MapLauncherAdmin();
        app.MapProbes();
        app.MapPages();
        app.MapDashboard();
        return app;
    }
}
