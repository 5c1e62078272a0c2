using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner;

/// <summary>A runner from its start to its end, over as many sessions as the control plane makes of it; then its host stops.</summary>
internal sealed class RunnerWorker(
    RunnerOptions options,
    RunnerSignals signals,
    StateFolder state,
    LifetimeMonitor lifetime,
    EnrolmentFlow enrolment,
    SessionFile file,
    IServiceScopeFactory scopes,
    TimeProvider time,
    Random random,
    IHostApplicationLifetime application,
    ILogger<RunnerWorker> logger) : BackgroundService
{
    /// <summary>The program's exit code, once this has ended.</summary>
    public int ExitCode { get; private set; } = ExitCodes.TempFail;

    /// <summary>Requeues what runs, and waits for it longer than the host would: it gives up by itself.</summary>
    public override Task StopAsync(CancellationToken cancellationToken) => base.StopAsync(CancellationToken.None);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var restricted in state.RestrictedFiles)
        {
            logger.FilePermissionsRestricted(restricted);
        }

        try
        {
            using var requeue = CancellationTokenSource.CreateLinkedTokenSource(signals.Requeue, stoppingToken);
            ExitCode = await RunAsync(signals with { Drain = lifetime.Drain, Requeue = requeue.Token });
        }
        catch (Exception ex)
        {
            // What escapes from a hosted service would end the program in order.
            logger.LoopFailed(ex);
        }

        logger.RunnerEnded(ExitCode);
        application.StopApplication();
    }

    private async Task<int> RunAsync(RunnerSignals ends)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ends.Drain, ends.Requeue, ends.Kill);
        try
        {
            return await RunSessionsAsync(ends, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return ends.Kill.IsCancellationRequested ? ExitCodes.Killed : ExitCodes.Success;
        }
        catch (ControlPlaneException ex) when (ex.Kind == ControlPlaneErrorKind.InvalidCredential)
        {
            logger.TokenRejected(options.ClusterId, ex.Message);
            return ExitCodes.AuthenticationFailed;
        }
        catch (ControlPlaneException ex)
        {
            logger.EnrolRejected(ex.Message);
            return ExitCodes.RemoteError;
        }
    }

    private async Task<int> RunSessionsAsync(RunnerSignals ends, CancellationToken cancellationToken)
    {
        var backoff = Backoff.ForCalls(random);
        while (true)
        {
            var entry = await enrolment.RunAsync(cancellationToken);
            lifetime.OnEnrolled();
            using var scope = scopes.CreateScope();
            scope.ServiceProvider.GetRequiredService<SessionContext>().Session = entry.Session;
            switch (await scope.ServiceProvider.GetRequiredService<SessionRunner>().RunAsync(entry.Leases, ends))
            {
                case SessionExitReason.Closed:
                    file.Delete();
                    return ExitCodes.Success;
                case SessionExitReason.ClosedWithPending:
                    return ExitCodes.Success;
                case SessionExitReason.Killed:
                    return ExitCodes.Killed;
                case SessionExitReason.Faulted:
                    return ExitCodes.TempFail;
                case SessionExitReason.Lost:
                    await Task.Delay(backoff.NextDelay(), time, cancellationToken);
                    break;
                default:
                    throw new UnreachableException("Unknown reason for the end of a session.");
            }
        }
    }
}
