using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;
using Xunit.Abstractions;

namespace OrleansHybrid.EndToEnd.Tests.Failover;

/// <summary>One silo that is killed, or stopped, and started again on the same data.</summary>
public sealed class SingleSiloFailoverTests(ITestOutputHelper output) : ProgramTestBase
{
    [Fact(Timeout = 1_200_000)]
    public async Task F1_tasks_in_flight_end_once_when_the_silo_is_killed_and_started_again_on_SQLite()
    {
        await using var silo = await ControlPlaneProcess.StartAsync();
        await KillAsync(silo, FailoverScenario.FewRounds, FailoverScenario.FewInFlight);
    }

    [LongFact(Timeout = 1_200_000)]
    public async Task F1_two_thousand_tasks_in_flight_end_once_when_the_silo_is_killed_and_started_again_on_SQLite()
    {
        await using var silo = await ControlPlaneProcess.StartAsync();
        await KillAsync(silo, FailoverScenario.ManyRounds, FailoverScenario.ManyInFlight);
    }

    [PostgresFact(Timeout = 1_200_000)]
    public async Task F1_tasks_in_flight_end_once_when_the_silo_is_killed_and_started_again_on_PostgreSQL()
    {
        await using var silo = await ControlPlaneProcess.StartAsync("--postgres-file", await DatabaseAsync("killed_alone"));
        await KillAsync(silo, FailoverScenario.FewRounds, FailoverScenario.FewInFlight);
    }

    [LongPostgresFact(Timeout = 1_200_000)]
    public async Task F1_two_thousand_tasks_in_flight_end_once_when_the_silo_is_killed_and_started_again_on_PostgreSQL()
    {
        await using var silo = await ControlPlaneProcess.StartAsync("--postgres-file", await DatabaseAsync("killed_long"));
        await KillAsync(silo, FailoverScenario.ManyRounds, FailoverScenario.ManyInFlight);
    }

    [Fact(Timeout = 1_200_000)]
    public async Task F3_no_call_of_a_client_that_retries_fails_when_the_silo_is_restarted_on_SQLite()
    {
        await using var silo = await ControlPlaneProcess.StartAsync();
        await RestartAsync(silo);
    }

    [PostgresFact(Timeout = 1_200_000)]
    public async Task F3_no_call_of_a_client_that_retries_fails_when_the_silo_is_restarted_on_PostgreSQL()
    {
        await using var silo = await ControlPlaneProcess.StartAsync("--postgres-file", await DatabaseAsync("restarted_alone"));
        await RestartAsync(silo);
    }

    private async Task KillAsync(ControlPlaneProcess silo, int rounds, int inFlight)
    {
        await using var trial = await FailoverScenario.StartAsync(silo, output, inFlight);
        for (var round = 0; round < rounds; round++)
        {
            await trial.KillAsync(silo, isAlone: true);
        }

        Assert.Equal(0, await silo.StopAsync());
        await trial.AssertEachEndedOnceAsync();
    }

    private async Task RestartAsync(ControlPlaneProcess silo)
    {
        await using var trial = await FailoverScenario.StartAsync(silo, output);
        await trial.RestartAsync(Enumerable.Repeat(silo, FailoverScenario.FewRounds), isAlone: true);

        Assert.Equal(0, await silo.StopAsync());
        await trial.AssertEachEndedOnceAsync();
    }

    /// <summary>Makes a database; gives the file that says where it is.</summary>
    private static async Task<string> DatabaseAsync(string name)
    {
        var database = await (await PostgresServer.Shared).CreateDatabaseAsync(name);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, database);
        return file;
    }
}
