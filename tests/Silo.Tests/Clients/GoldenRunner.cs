using System.Globalization;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Clients;

/// <summary>The runner in a conversation: one task after the other, as the file orders.</summary>
internal sealed class GoldenRunner(TestRunner runner, GoldenPlaceholders names)
{
    private LeaseRef? _lease;
    private long _logged;

    private LeaseRef Lease => _lease ?? throw new InvalidDataException("the runner has no task: it has to take one first");

    public async Task DoAsync(string order)
    {
        var (verb, rest) = order.Split(' ', 2) is [var first, var more] ? (first, more) : (order, "");
        switch (verb)
        {
            case "takes":
                (_lease, _logged) = ((await runner.ClaimOneAsync()).Lease, 0);
                Assert.Equal(names.Fill(rest), Lease.TaskId);
                break;
            case "pulls" or "starts":
                await runner.HeartbeatAsync(Lease, verb == "pulls" ? "preparing" : "running");
                break;
            case "logs":
                var line = System.Text.Encoding.UTF8.GetBytes($"{rest}\n");
                Assert.Equal(200, (await runner.LogAsync(Lease, _logged, line)).Status);
                _logged += line.Length;
                break;
            case "completes":
                await EndAsync("complete", "", 0);
                break;
            case "fails":
                await EndAsync("error", $"exit code {rest}", int.Parse(rest, CultureInfo.InvariantCulture));
                break;
            default:
                throw new InvalidDataException($"no runner does this: {order}");
        }
    }

    private async Task EndAsync(string status, string message, int exitCode) =>
        Assert.Equal(200, (await runner.FinishAsync(Lease, status, message, exitCode)).Status);
}
