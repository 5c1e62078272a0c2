using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Link;
using OrleansHybrid.Runner.Sealing;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.State;
using OrleansHybrid.Runner.Zips;

namespace OrleansHybrid.Runner;

/// <summary>A runner from its start to its end, over as many sessions as the control plane makes of it.</summary>
internal sealed class RunnerLife(RunnerOptions options, Surroundings around)
{
    private readonly ILogger<RunnerLife> _logger = around.Loggers.CreateLogger<RunnerLife>();

    /// <summary>Gives the exit code.</summary>
    public async Task<int> RunAsync(RunnerSignals signals)
    {
        using var retirement = new Retirement(options.Limits, around.Time, around.Loggers.CreateLogger<Retirement>(), signals.Drain);
        signals = signals with { Drain = retirement.Drain };
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(signals.Drain, signals.HandBack, signals.Kill);
        try
        {
            return await RunSessionsAsync(signals, retirement, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return signals.Kill.IsCancellationRequested ? ExitCode.Killed : ExitCode.Done;
        }
        catch (ControlPlaneException ex) when (ex.Trouble == LinkTrouble.CredentialDead)
        {
            _logger.TokenRefused(options.ClusterId, ex.Message);
            return ExitCode.NotAuthentic;
        }
        catch (ControlPlaneException ex)
        {
            _logger.EnrolRefused(ex.Message);
            return ExitCode.RemoteError;
        }
    }

    private async Task<int> RunSessionsAsync(RunnerSignals signals, Retirement retirement, CancellationToken cancellationToken)
    {
        var file = new SessionFile(around.State);
        var zips = new ZipCache(around.State, options.ZipCacheLimit, around.Time);
        using var starts = new StartCounts(around.State, around.Time.GetUtcNow());
        var gate = new PayloadGate(options.Seals, options.ClusterId, starts, around.Meter, around.Time);
        var backoff = Backoff.ForCalls(around.Chance);
        var enrolment = new Enrolment(
            options,
            around.Link,
            around.Sandboxes,
            file,
            around.Time,
            around.Chance,
            around.Service,
            around.Loggers.CreateLogger<Enrolment>());
        while (true)
        {
            var entry = await enrolment.EnterAsync(cancellationToken);
            retirement.Enrolled();
            using var parts = new SessionParts(entry.Session, options, around, retirement, zips, gate);
            var life = new SessionLife(parts, around.Time, around.Loggers.CreateLogger<SessionLife>());
            switch (await life.RunAsync(entry.Leases, signals))
            {
                case SessionEnd.Left:
                    file.Forget();
                    return ExitCode.Done;
                case SessionEnd.LeftOpen:
                    return ExitCode.Done;
                case SessionEnd.Killed:
                    return ExitCode.Killed;
                case SessionEnd.Failed:
                    return ExitCode.ComeAgain;
                case SessionEnd.Gone:
                    await Task.Delay(backoff.Failed(), around.Time, cancellationToken);
                    break;
                default:
                    throw new UnreachableException("A session ended in a way that nobody knows.");
            }
        }
    }
}
