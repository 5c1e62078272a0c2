using System.Globalization;
using System.Text.Json;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.ControlPlane;

namespace OrleansHybrid.Runner.Diagnostics;

/// <summary>Checks that the server is a control plane, that the clocks agree, and that it accepts this runner's token.</summary>
internal sealed class ControlPlaneChecks(ControlPlaneRoute route, RunnerOptions options, TimeProvider time)
{
    private static readonly TimeSpan WarnOffset = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FailOffset = TimeSpan.FromMinutes(5);

    public IEnumerable<Check> All => [new("control-plane", VersionAsync), new("clock", ClockAsync), new("token", TokenAsync)];

    private async Task<CheckResult> VersionAsync(CancellationToken cancellationToken)
    {
        using var response = await route.GetVersionAsync(cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            using var json = JsonDocument.Parse(body);
            var version = json.RootElement.GetProperty("version").GetString();
            return CheckResult.Ok($"version {version}; this runner is {ProductInfo.Version}");
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return CheckResult.Fail($"{route.Address.IdnHost} answers {(int)response.StatusCode} and is not a control plane: "
                + "check the address, and for a proxy or a login page in front of it");
        }
    }

    private async Task<CheckResult> ClockAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow();
        using var response = await route.GetVersionAsync(cancellationToken);
        var between = before + ((time.GetUtcNow() - before) / 2);
        if (response.Headers.Date is not { } theirs)
        {
            return CheckResult.Warn("the control plane sends no Date header");
        }

        // The header leaves the fraction of its second out.
        var offset = between - theirs - TimeSpan.FromMilliseconds(500);
        var words = string.Create(CultureInfo.InvariantCulture, $"this clock is {Math.Abs(offset.TotalSeconds):0.#} s "
            + $"{(offset < TimeSpan.Zero ? "behind" : "ahead of")} the control plane's");
        const string remedy = "let NTP set it, for payloads and certificates expire by it";
        return offset.Duration() switch
        {
            var much when much > FailOffset => CheckResult.Fail($"{words}: {remedy}"),
            var some when some > WarnOffset => CheckResult.Warn($"{words}: {remedy}"),
            _ => CheckResult.Ok(words),
        };
    }

    // Nothing less than an enrolment proves a token; one that takes no previous session over disturbs no runner.
    private async Task<CheckResult> TokenAsync(CancellationToken cancellationToken)
    {
        using var link = new HttpControlPlaneClient(route.Address, time, options.Authorities);
        var request = new EnrolRequest
        {
            ClusterId = options.ClusterId,
            Name = options.Name,
            Version = ProductInfo.Version,
            Slots = 1,
            Executor = "doctor",
            KeyIds = [.. options.SealPolicy?.Keys.Ids ?? []],
        };
        try
        {
            var session = await link.EnrolAsync(options.ClusterToken, request, cancellationToken);
            await link.ReleaseAsync(session.Credential, new ReleaseRequest { Leases = [], Leaving = true }, cancellationToken);
            return CheckResult.Ok($"valid for cluster {options.ClusterId} (enrolled as session {session.SessionId} and closed it)");
        }
        catch (ControlPlaneException ex) when (ex.Kind == ControlPlaneErrorKind.InvalidCredential)
        {
            return CheckResult.Fail($"CLUSTER_TOKEN is not valid for cluster {options.ClusterId}: copy both values again from its page");
        }
    }
}
