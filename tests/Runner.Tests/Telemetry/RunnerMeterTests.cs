using System.Net;
using System.Runtime.Versioning;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Telemetry;

/// <summary>What the program counts: on its page all that is documented and no others of ours, and by OTLP where an endpoint is named.</summary>
[SupportedOSPlatform("linux")]
public sealed class RunnerMeterTests : IDisposable
{
    private const string KeyText = "a1b29c04e5f6d7183b6a4f5c0e7e8291";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-runner-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 60_000)]
    public async Task Each_documented_metric_is_there_with_its_value_and_no_other_of_ours_and_names_no_task()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        Assert.True(SymmetricKey.TryParse(KeyText, out var key, out _));
        var address = new UriBuilder(Uri.UriSchemeHttp, IPAddress.Loopback.ToString(), FreePorts.Next(), "/metrics").Uri;
        await using var program = Start(
            plane, ("METRICS", address.Authority), ("DECRYPTION_KEY", KeyText), ("SLOTS", "3"), ("LOG_LIMIT", "4096"), ("LOG_LEVEL", "debug"));
        var loud = TaskAssignments.New(SymmetricSeal.Seal("head -c 100000 /dev/zero"u8, key)) with { Command = "sh payload" };
        var failing = TaskAssignments.New(SymmetricSeal.Seal("exit 3"u8, key)) with { Command = "sh payload" };
        plane.Fail("heartbeat", 503);
        plane.Offer(loud, failing, TaskAssignments.New("not sealed"));
        await program.WaitForOutputAsync("Could not renew");
        plane.Recover("heartbeat");
        for (var results = 0; results < 3;)
        {
            results += (await plane.Finishes.NextAsync()).Results.Length;
        }

        await program.WaitForOutputAsync($"{loud.Lease.TaskId}: attempt 1 ended");
        await program.WaitForOutputAsync($"{failing.Lease.TaskId}: attempt 1 ended");
        using var http = new HttpClient();

        var page = PrometheusPage.Parse(await http.GetStringAsync(address));

        ProgramReference.AssertMetrics("runner", page);
        Assert.Equal(
            [
                ("hybrid_runner_leases_lost_total", 0),
                ("hybrid_runner_payloads_rejected_total{reason=\"elsewhere\"}", 0), ("hybrid_runner_payloads_rejected_total{reason=\"expired\"}", 0),
                ("hybrid_runner_payloads_rejected_total{reason=\"spent\"}", 0), ("hybrid_runner_payloads_rejected_total{reason=\"unopened\"}", 1),
                ("hybrid_runner_payloads_rejected_total{reason=\"unsigned\"}", 0),
                ("hybrid_runner_slots{state=\"busy\"}", 0), ("hybrid_runner_slots{state=\"free\"}", 3),
                ("hybrid_runner_task_duration_seconds_count", 2),
                ("hybrid_runner_tasks_ended_total{outcome=\"cancelled\"}", 0), ("hybrid_runner_tasks_ended_total{outcome=\"complete\"}", 1),
                ("hybrid_runner_tasks_ended_total{outcome=\"error\"}", 2), ("hybrid_runner_tasks_ended_total{outcome=\"lost\"}", 0),
                ("hybrid_runner_tasks_ended_total{outcome=\"returned\"}", 0), ("hybrid_runner_tasks_ended_total{outcome=\"timeout\"}", 0),
            ],
            page.Counts.Where(value => value.Name is not ("hybrid_runner_log_dropped_bytes_total" or "hybrid_runner_heartbeats_failed_total")));
        Assert.True(page["hybrid_runner_log_dropped_bytes_total"] > 90_000);
        Assert.True(page["hybrid_runner_heartbeats_failed_total"] > 0);
        Assert.Contains($"service_version=\"{ProductInfo.Version}\"", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("otel_scope", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(loud.Lease.TaskId, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(loud.CodeName, page.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Metrics_and_spans_are_sent_where_the_standard_variables_name_an_endpoint()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var program = Start(plane, [.. receiver.Variables]);
        plane.Offer(TaskAssignments.New("exit 0") with { Command = "sh payload" });
        var run = await receiver.WaitForSpanAsync("task run");

        var metrics = await receiver.WaitForAsync(1, item => item.Name == "hybrid.runner.tasks.ended");

        Assert.Equal(("hybrid-runner", RunnerHost.MeterName), (metrics[0].Service, metrics[0].Scope));
        Assert.Equal(("hybrid-runner", RunnerHost.ActivitySourceName), (run.Service, run.Scope));
        Assert.Equal("complete", run.Attributes["hybrid.task.outcome"]);
    }

    private RunnerProgram Start(FakeControlPlane plane, params (string Name, string Value)[] environment) =>
        RunnerProgram.Start(plane, Path.Combine(_folder.FullName, "state"), environment);
}
