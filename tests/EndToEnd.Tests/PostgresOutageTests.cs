using System.Net;
using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests;

/// <summary>Control plane and runner on a real PostgreSQL.</summary>
public sealed class PostgresOutageTests : ProgramTestBase
{
    [PostgresFact(Timeout = 180_000)]
    public async Task F9_a_database_that_stops_and_comes_back_loses_nothing_and_needs_no_restart()
    {
        await using var database = await PostgresServer.StartNewAsync();
        var connection = await database.CreateDatabaseAsync("outage");
        await using var plane = await StartAsync(connection);
        await using var runner = plane.StartRunner();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("hello", "true");
        var before = await iron.QueueAsync("hello");
        await iron.WaitForStatusAsync(before, "complete");

        await database.StopAsync();
        using var away = await iron.GetAsync(new Uri($"tasks/{before}", UriKind.Relative));
        await database.StartAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, away.StatusCode);
        Assert.NotNull(away.Headers.RetryAfter);
        await WaitUntilAvailableAsync(iron, before);
        await iron.WaitForStatusAsync(await iron.QueueAsync("hello"), "complete");
    }

    [PostgresFact(Timeout = 180_000)]
    public async Task F9_what_was_acknowledged_outlives_a_database_that_is_killed_at_work()
    {
        await using var database = await PostgresServer.StartNewAsync();
        await using var plane = await StartAsync(await database.CreateDatabaseAsync("killed"));
        await using var runner = plane.StartRunner();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("hello", "true");
        await iron.WaitForStatusAsync(await iron.QueueAsync("hello"), "complete");
        await using var client = new LoadClient(iron, "hello");

        await client.WaitForAcknowledgedAsync(20);
        await database.KillAsync();
        await client.WaitForServiceUnavailableAsync();
        using var ready = await iron.GetAsync(new Uri("/readyz", UriKind.Relative));
        using var alive = await iron.GetAsync(new Uri("/healthz", UriKind.Relative));
        await database.StartAsync();
        await client.WaitForAcknowledgedAsync(20);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (ready.StatusCode, alive.StatusCode));
        foreach (var id in await client.StopAsync())
        {
            await iron.WaitForStatusAsync(id, "complete");
        }
    }

    private static async Task<ControlPlaneProcess> StartAsync(string connection)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, connection);
        return await ControlPlaneProcess.StartAsync("--postgres-file", file);
    }

    /// <summary>Asks until the answer is no longer 503; the test's timeout ends it.</summary>
    private static async Task WaitUntilAvailableAsync(HttpClient iron, string id)
    {
        while (true)
        {
            using var answer = await iron.GetAsync(new Uri($"tasks/{id}", UriKind.Relative));
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }
    }
}
