using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hybrid.Runner.Execution;
using Orleans.Hybrid.Runner.Link;
using Orleans.Hybrid.RunnerDoor;

namespace Orleans.Hybrid.Runner.Executors;

/// <summary>What executors live on in this build: a silo, of the control plane's cluster or, with HTTPS, all by itself.</summary>
internal sealed class ExecutorEngine : IExecutorEngine
{
    /// <summary>Whether a runner of this build can be a silo of the control plane's cluster.</summary>
    public static bool CanJoin => true;

    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(10);

    private readonly IHost silo;
    private readonly string runner;
    private readonly IGrainFactory grains;
    private readonly SessionTools session;

    private ExecutorEngine(IHost silo, string runner)
    {
        this.silo = silo;
        this.runner = runner;
        grains = silo.Services.GetRequiredService<IGrainFactory>();
        session = silo.Services.GetRequiredService<SessionTools>();
    }

    /// <summary>What the silo consists of.</summary>
    public IServiceProvider Services => silo.Services;

    /// <summary>Starts the silo.</summary>
    public static Task<ExecutorEngine> StartAsync(RunnerOptions options, ILoggerFactory loggers) =>
        StartAsync(loggers, silo => silo.FindOthers(options.Silo));

    /// <summary>Starts the silo with its own way to find others.</summary>
    public static async Task<ExecutorEngine> StartAsync(ILoggerFactory loggers, Action<ISiloBuilder> findOthers)
    {
        var (silo, runner) = RunnerSilo.Build(loggers, findOthers);
        try
        {
            await silo.StartAsync();
            return new ExecutorEngine(silo, runner);
        }
        catch (Exception e)
        {
            silo.Dispose();
            throw new NotJoinedException(e.GetBaseException().Message, e);
        }
    }

    public IControlPlane Link(RunnerOptions options) => options.ApiUrl is { } address
        ? new HttpControlPlane(address, TimeProvider.System, options.Authorities)
        : new GrainControlPlane(grains, runner, TimeProvider.System);

    public Task<ExecutorHost> HostAsync(ExecutionTools tools)
    {
        session.Now = tools;
        return Task.FromResult(new ExecutorHost(
            grains, task => ExecutionKey.Of(tools.Session.Id, task), () => ValueTask.CompletedTask));
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(LeaveTime);
        await silo.StopAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        silo.Dispose();
    }
}
