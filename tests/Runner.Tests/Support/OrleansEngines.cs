using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Hybrid.Runner.Executors;
using Orleans.Hybrid.Runner.Link;
using Orleans.Hybrid.RunnerDoor;
using Orleans.Hybrid.Support;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Orleans.Hybrid.Runner.Tests.Support;

/// <summary>What executors live on in these tests: a silo of their own.</summary>
internal static class Engines
{
    public static bool AreSilos => true;

    public static Task<ExecutorEngine> StartAsync(ILoggerFactory loggers) =>
        ExecutorEngine.StartAsync(loggers, silo => silo.FindOthers(null));
}

/// <summary>
/// A silo in the control plane's place, and runners that join it. What comes through its sessions' grains it asks of a fake
/// control plane over HTTP.
/// </summary>
internal sealed class GrainLinks
{
    private readonly List<ExecutorEngine> runners = [];
    private readonly int port = FreePorts.Next();
    private IHost? control;

    /// <summary>Its grains, as seen from the control plane's silo.</summary>
    public IGrainFactory ControlGrains => control!.Services.GetRequiredService<IGrainFactory>();

    public async Task<IControlPlane> OpenAsync(Uri plane)
    {
        await StartControlAsync(plane);
        return Link(await JoinAsync());
    }

    public async Task<IControlPlane> OpenAloneAsync() => Link(await Note(Engines.StartAsync(NullLoggerFactory.Instance)));

    /// <summary>Starts the silo in the control plane's place.</summary>
    public async Task StartControlAsync(Uri plane)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(plane);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(port, FreePorts.Next()).UseSiloMetadata(new Dictionary<string, string>());
            silo.Services.PostConfigure<GrainTypeOptions>(types => types.Classes.Remove(typeof(ExecutorGrain)));
        });
        control = builder.Build();
        await control.StartAsync();
    }

    /// <summary>A runner that joins it.</summary>
    public async Task<ExecutorEngine> JoinAsync()
    {
        var runner = await Note(ExecutorEngine.StartAsync(
            NullLoggerFactory.Instance,
            silo => silo.UseLocalhostClustering(FreePorts.Next(), FreePorts.Next(), new IPEndPoint(IPAddress.Loopback, port))));
        await KnowEachOtherAsync(runner.Services);
        await KnowEachOtherAsync(control!.Services);
        return runner;
    }

    public async Task CloseAsync()
    {
        foreach (var runner in runners)
        {
            await runner.DisposeAsync();
        }

        if (control is not null)
        {
            await control.StopAsync();
            control.Dispose();
        }
    }

    private static IControlPlane Link(ExecutorEngine runner) =>
        runner.Link(new RunnerOptions { ClusterId = "", ClusterToken = "", ApiUrl = null });

    private async Task<ExecutorEngine> Note(Task<ExecutorEngine> starting)
    {
        runners.Add(await starting);
        return runners[^1];
    }

    /// <summary>Waits until a silo knows what all of them host.</summary>
    private async Task KnowEachOtherAsync(IServiceProvider silo)
    {
        await foreach (var manifest in silo.GetRequiredService<IClusterManifestProvider>().Updates)
        {
            if (manifest.Silos.Count == runners.Count + 1)
            {
                return;
            }
        }
    }
}

/// <summary>A session's grain that asks a fake control plane over HTTP.</summary>
[Reentrant]
internal sealed class SessionGrainOfTests(Uri plane) : Grain, ISessionGrain
{
    private static readonly HttpClient Http = new();

    public async Task<(int Status, byte[] Body)> Call(
        string verb, string credential, byte[] request, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(request);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(plane, $"/runner/v1/{verb}")) { Content = content };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        using var answer = await Http.SendAsync(message, cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(cancel));
    }
}
