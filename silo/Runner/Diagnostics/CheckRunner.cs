using OrleansHybrid.Primitives.Http;
using OrleansHybrid.Runner.ControlPlane;

namespace OrleansHybrid.Runner.Diagnostics;

/// <summary>Runs all checks at once; the failure of one does not affect the others.</summary>
internal static class CheckRunner
{
    private const int MaxMessageLength = 600;

    // For a check's cleanup after its timeout.
    private static readonly TimeSpan CleanupGrace = TimeSpan.FromSeconds(5);

    /// <summary>The results in the order of the checks, each as soon as it and all before it are there.</summary>
    public static async IAsyncEnumerable<NamedCheckResult> RunAsync(IEnumerable<Check> checks)
    {
        foreach (var asked in checks.Select(RunCheckAsync).ToList())
        {
            yield return await asked;
        }
    }

    private static async Task<NamedCheckResult> RunCheckAsync(Check check)
    {
        var finding = await ExecuteAsync(check);
        var words = LineSanitizer.Sanitize(OutboundProxy.RedactCredentials(finding.Message), MaxMessageLength);
        return new NamedCheckResult(check.Name, finding with { Message = words });
    }

    private static async Task<CheckResult> ExecuteAsync(Check check)
    {
        using var patience = new CancellationTokenSource(check.Timeout);
        try
        {
            // Some calls into the system can't be interrupted, such as one to a disk that hangs: those are left behind.
            return await Task.Run(() => check.RunAsync(patience.Token)).WaitAsync(check.Timeout + CleanupGrace);
        }
        catch (Exception ex) when (ex is OperationCanceledException or TimeoutException)
        {
            return CheckResult.Fail($"no response within {check.Timeout.TotalSeconds:0.#} s");
        }
        catch (Exception ex) when (ex is HttpRequestException or ControlPlaneException)
        {
            return CheckResult.Fail($"{ex.Message} (the lines dns, tcp, proxy and tls say where the way ends)");
        }
        catch (Exception ex)
        {
            return CheckResult.Fail(ex.Message);
        }
    }
}
