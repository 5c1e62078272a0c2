using OrleansHybrid.Primitives.Http;
using OrleansHybrid.Runner.Link;

namespace OrleansHybrid.Runner.Doctor;

/// <summary>Asks all checks at once; whatever becomes of one, the others answer.</summary>
internal static class Examination
{
    private const int LongestWords = 600;

    // For what a check has to clear away when its time is over.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>The answers in the order of the checks, each as soon as it and all before it are there.</summary>
    public static async IAsyncEnumerable<Answer> OfAsync(IEnumerable<Check> checks)
    {
        foreach (var asked in checks.Select(AskAsync).ToList())
        {
            yield return await asked;
        }
    }

    private static async Task<Answer> AskAsync(Check check)
    {
        var finding = await FindAsync(check);
        var words = PlainText.Of(OutboundProxy.WithoutPasswords(finding.Words), LongestWords);
        return new Answer(check.Name, finding with { Words = words });
    }

    private static async Task<Finding> FindAsync(Check check)
    {
        using var patience = new CancellationTokenSource(check.Patience);
        try
        {
            // Some calls into the system can't be interrupted, such as one to a disk that hangs: those are left behind.
            return await Task.Run(() => check.AskAsync(patience.Token)).WaitAsync(check.Patience + Grace);
        }
        catch (Exception ex) when (ex is OperationCanceledException or TimeoutException)
        {
            return Finding.Fail($"no answer within {check.Patience.TotalSeconds:0.#} s");
        }
        catch (Exception ex) when (ex is HttpRequestException or ControlPlaneException)
        {
            return Finding.Fail($"{ex.Message} (the lines dns, tcp, proxy and tls say where the way ends)");
        }
        catch (Exception ex)
        {
            return Finding.Fail(ex.Message);
        }
    }
}
