using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Archives;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Sealing;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner;

/// <summary>A runner from its start to its end, over as many sessions as the control plane makes of it.</summary>
internal sealed class RunnerWorker(RunnerOptions options, RunnerServices services)
{
    private readonly ILogger<RunnerWorker> _logger = services.LoggerFactory.CreateLogger<RunnerWorker>();

    /// <summary>Gives the exit code.</summary>
    public async Task<int> RunAsync(RunnerSignals signals)
    {
        using var retirement = new LifetimeMonitor(options.Lifetime, services.Time, services.LoggerFactory.CreateLogger<LifetimeMonitor>(), signals.Drain);
        signals = signals with { Drain = retirement.Drain };
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(signals.Drain, signals.Requeue, signals.Kill);
        try
        {
            return await RunSessionsAsync(signals, retirement, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return signals.Kill.IsCancellationRequested ? ExitCodes.Killed : ExitCodes.Success;
        }
        catch (ControlPlaneException ex) when (ex.Kind == ControlPlaneErrorKind.InvalidCredential)
        {
            _logger.TokenRejected(options.ClusterId, ex.Message);
            return ExitCodes.AuthenticationFailed;
        }
        catch (ControlPlaneException ex)
        {
            _logger.EnrolRejected(ex.Message);
            return ExitCodes.RemoteError;
        }
    }

    private async Task<int> RunSessionsAsync(RunnerSignals signals, LifetimeMonitor retirement, CancellationToken cancellationToken)
    {
        var file = new SessionFile(services.State);
        var zips = new ZipCache(services.State, options.ZipCacheLimit, services.Time);
        using var starts = new ReplayGuard(services.State, services.Time.GetUtcNow());
        var gate = new PayloadDecryptor(options.SealPolicy, options.ClusterId, starts, services.Meter, services.Time);
        var backoff = Backoff.ForCalls(services.Random);
        var enrolment = new EnrolmentFlow(
            options,
            services.ControlPlane,
            services.SandboxFactory,
            file,
            services.Time,
            services.Random,
            services.SystemdNotifier,
            services.LoggerFactory.CreateLogger<EnrolmentFlow>());
        while (true)
        {
            var entry = await enrolment.RunAsync(cancellationToken);
            retirement.OnEnrolled();
            using var parts = new SessionServices(entry.Session, options, services, retirement, zips, gate);
            var life = new SessionRunner(parts, services.Time, services.LoggerFactory.CreateLogger<SessionRunner>());
            switch (await life.RunAsync(entry.Leases, signals))
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
                    await Task.Delay(backoff.NextDelay(), services.Time, cancellationToken);
                    break;
                default:
                    throw new UnreachableException("Unknown reason for the end of a session.");
            }
        }
    }
}
