using System.Net;
using Orleans.Hybrid.EndToEnd.Tests.Programs;
using Orleans.Hybrid.Support;

namespace Orleans.Hybrid.EndToEnd.Tests;

/// <summary>Control plane and runner on a real PostgreSQL.</summary>
public sealed class OnPostgres
{
    [PostgresFact(Timeout = 180_000)]
    public async Task F9_a_database_that_stops_and_comes_back_loses_nothing_and_needs_no_restart()
    {
        await using var database = await PostgresServer.StartNewAsync();
        var connection = await database.CreateDatabaseAsync("outage");
        await using var plane = await StartAsync(connection);
        await using var runner = plane.Runner();
        using var iron = plane.Iron();
        await iron.UploadAsync("hello", "true");
        var before = await iron.QueueAsync("hello");
        await iron.StatusAsync(before, "complete");

        await database.StopAsync();
        using var away = await iron.GetAsync(new Uri($"tasks/{before}", UriKind.Relative));
        await database.StartAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, away.StatusCode);
        Assert.NotNull(away.Headers.RetryAfter);
        await BackAsync(iron, before);
        await iron.StatusAsync(await iron.QueueAsync("hello"), "complete");
    }

    private static async Task<ControlPlane> StartAsync(string connection)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, connection);
        return await ControlPlane.StartAsync("--postgres-file", file);
    }

    /// <summary>Asks until the answer is no longer "come again"; the test's timeout ends it.</summary>
    private static async Task BackAsync(HttpClient iron, string id)
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
