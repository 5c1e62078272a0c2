using System.Net;
using Microsoft.Data.Sqlite;
using OrleansHybrid.Runner;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Standalone;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Telemetry;

/// <summary>
/// The metrics of a silo at their own address: all that are documented, with their values, and no others of ours. Counts are a process's: no
/// other test runs beside these.
/// </summary>
[Collection(nameof(MetricsTests))]
[CollectionDefinition(nameof(MetricsTests), DisableParallelization = true)]
public sealed class MetricsTests
{
    private static readonly HttpClient Http = new();

    [SqliteFileFact(Timeout = 90_000)]
    public async Task Each_documented_metric_is_there_with_its_value_and_no_other_of_ours()
    {
        var address = NewAddress();
        await using var silo = await StartAsync(address);
        var tenant = await silo.NewTenantAsync();
        var runner = await tenant.EnrolAsync(await tenant.NewClusterAsync());
        await tenant.UploadAsync();
        for (var i = 0; i < 4; i++)
        {
            await tenant.QueueAsync();
        }

        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, "complete", exitCode: 0);
        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, "error", "exit code 3", exitCode: 3);
        var cancelled = (await runner.ClaimOneAsync()).Lease;
        await tenant.Api.PostAsync($"{tenant.Project}/tasks/{cancelled.TaskId}/cancel", "{}");
        await runner.FinishAsync(cancelled, "cancelled");
        await runner.ClaimOneAsync();
        await ExpireLeasesAsync(silo);
        var again = (await runner.ClaimOneAsync()).Lease;
        await runner.FinishAsync(again, "complete", exitCode: 0);
        await tenant.Api.PostAsync($"{tenant.Project}/tasks/{again.TaskId}/retry", "{}");
        var schedule = """{"schedules":[{"code_name":"hello","payload":"p"}]}""";
        Assert.Equal(200, (await tenant.Api.PostAsync($"{tenant.Project}/schedules", schedule)).Status);
        await runner.ClaimOneAsync();
        await runner.ClaimOneAsync();
        _ = runner.ClaimAsync(wanted: 0);
        await silo.WaitForPendingPollsAsync(1);

        var page = PrometheusPage.Parse(await Http.GetStringAsync(new Uri(address, "/metrics")));

        ProgramReference.AssertMetrics("silo", page);
        Assert.Equal(
            [
                ("hybrid_leases_lost_total", 1), ("hybrid_polls_pending", 1), ("hybrid_runners_connected", 1),
                ("hybrid_task_duration_seconds_count", 3), ("hybrid_task_wait_seconds_count", 7),
                ("hybrid_tasks_ended_total{outcome=\"cancelled\"}", 1), ("hybrid_tasks_ended_total{outcome=\"complete\"}", 2),
                ("hybrid_tasks_ended_total{outcome=\"error\"}", 1), ("hybrid_tasks_queued_total{source=\"api\"}", 4),
                ("hybrid_tasks_queued_total{source=\"retry\"}", 1), ("hybrid_tasks_queued_total{source=\"schedule\"}", 1),
            ],
            page.Counts);
        Assert.InRange(page["hybrid_task_duration_seconds_sum"], 0.014, 0.016);
        Assert.DoesNotContain(tenant.ProjectId, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("otel_scope", page.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_the_own_address_serves_metrics_and_nothing_else_there()
    {
        var address = NewAddress();
        await using var silo = await StartAsync(address);

        Assert.Equal(HttpStatusCode.OK, await AskAsync(HttpMethod.Get, address, "/metrics"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(HttpMethod.Head, address, "/metrics"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await AskAsync(HttpMethod.Post, address, "/metrics"));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(HttpMethod.Get, address, "/version"));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(HttpMethod.Get, silo.Address, "/metrics"));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(HttpMethod.Get, silo.Address, "/metrics", host: address.Authority));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_silo_that_was_not_asked_for_metrics_measures_none()
    {
        await using var silo = await TestSilo.StartAsync();

        Assert.Null(silo.App.Services.GetService(typeof(OpenTelemetry.Metrics.MeterProvider)));
        Assert.Null(silo.App.Services.GetService(typeof(OpenTelemetry.Trace.TracerProvider)));
    }

    [Fact(Timeout = 90_000)]
    public async Task A_silo_with_a_runner_inside_shows_that_one_s_metrics_too()
    {
        var folder = Directory.CreateTempSubdirectory("hybrid-metrics-");
        var address = NewAddress();
        var settings = SiloConfiguration.CreateFrom(
            [new("HYBRID_DATA", folder.FullName), new("HYBRID_URLS", "http://127.0.0.1:0"), new("HYBRID_METRICS", address.GetLeftPart(UriPartial.Authority))]);
        await using (var host = await StandaloneHost.StartAsync(settings, executesTasks: true, quiet: true))
        {
            var options = LocalRunner.Options(
                host.Connection, new LocalRunnerOptions(ExecutorKind.Process, 3, Keys: null), Path.Combine(folder.FullName, "runner"));
            await using var runner = new LocalRunner(options, host.Services);
            using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            PrometheusPage page;
            do
            {
                await look.WaitForNextTickAsync();
                page = PrometheusPage.Parse(await Http.GetStringAsync(new Uri(address, "/metrics")));
            }
            while (page.Values.All(value => value.Name != "hybrid_runner_slots{state=\"free\"}"));

            Assert.Equal(3, page["hybrid_runner_slots{state=\"free\"}"]);
        }

        folder.Delete(recursive: true);
    }

    private static Uri NewAddress() => new($"http://127.0.0.1:{FreePorts.Take(1)[0]}");

    private static Task<TestSilo> StartAsync(Uri metrics) => TestSilo.StartAsync(null, ("HYBRID_METRICS", $"{metrics.Scheme}://{metrics.Authority}"));

    /// <summary>As if their runners had been silent for long; returns once the silo has seen it.</summary>
    private static async Task ExpireLeasesAsync(TestSilo silo)
    {
        await using var sqlite = new SqliteConnection($"Data Source={silo.Store.SqliteFile}");
        await sqlite.OpenAsync();
        await using var command = sqlite.CreateCommand();
        command.CommandText = "UPDATE leases SET until = 0";
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
        command.CommandText = "SELECT COUNT(*) FROM leases";
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while ((long)(await command.ExecuteScalarAsync())! > 0)
        {
            await look.WaitForNextTickAsync();
        }
    }

    private static async Task<HttpStatusCode> AskAsync(HttpMethod method, Uri address, string path, string? host = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, path));
        request.Headers.Host = host;
        using var answer = await Http.SendAsync(request);
        return answer.StatusCode;
    }
}
