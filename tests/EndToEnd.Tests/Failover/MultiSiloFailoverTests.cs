using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;
using Xunit.Abstractions;

namespace OrleansHybrid.EndToEnd.Tests.Failover;

/// <summary>Silos as processes on one PostgreSQL, with one address in front of them.</summary>
public sealed class MultiSiloFailoverTests(ITestOutputHelper output) : ProgramTestBase
{
    [TwoSilosFact(Timeout = 180_000)]
    public async Task A_task_queued_at_one_silo_is_run_by_a_runner_of_another()
    {
        await using var silos = await SiloProcesses.StartAsync(await DatabaseAsync("apart"), 2);
        await using var runner = silos[0].StartRunner(("API_URL", silos.Addresses[1].AbsoluteUri));
        using var iron = silos[0].CreateIronClient(silos.Addresses[0]);
        await iron.UploadAsync("hello", "true");

        await iron.WaitForStatusAsync(await iron.QueueAsync("hello"), "complete");
    }

    [TwoSilosFact(Timeout = 1_200_000)]
    public Task F1_tasks_in_flight_end_once_when_a_silo_is_killed() => KillAsync(2, FailoverScenario.FewRounds, FailoverScenario.FewInFlight);

    [TwoSilosFact(Timeout = 1_200_000)]
    public Task F1_tasks_in_flight_end_once_when_one_of_three_silos_is_killed() => KillAsync(3, FailoverScenario.FewRounds, FailoverScenario.FewInFlight);

    [LongPostgresFact(Timeout = 1_200_000)]
    public Task F1_two_thousand_tasks_in_flight_end_once_when_a_silo_is_killed() => KillAsync(2, FailoverScenario.ManyRounds, FailoverScenario.ManyInFlight);

    [LongPostgresFact(Timeout = 1_200_000)]
    public Task F1_two_thousand_tasks_in_flight_end_once_when_one_of_three_silos_is_killed() =>
        KillAsync(3, FailoverScenario.ManyRounds, FailoverScenario.ManyInFlight);

    [TwoSilosFact(Timeout = 180_000)]
    public async Task F1_when_all_silos_died_at_once_new_ones_at_other_addresses_take_over()
    {
        var database = await DatabaseAsync("all_killed");
        await using var before = await SiloProcesses.StartAsync(database, 2);
        using (var iron = before[0].CreateIronClient())
        {
            await iron.UploadAsync("hello", "true");
        }

        await before[0].CrashAsync();
        await before[1].CrashAsync();

        await using var after = await SiloProcesses.StartAsync(database, 2, before.ServerKey);
        await using var runner = after[0].StartRunner();
        using var again = before[0].CreateIronClient(after.Addresses[1]);
        await again.WaitForStatusAsync(await again.QueueAsync("hello"), "complete");
    }

    [TwoSilosFact(Timeout = 1_200_000)]
    public async Task F3_no_call_fails_while_three_silos_are_restarted_in_turn()
    {
        await using var silos = await SiloProcesses.StartAsync(await DatabaseAsync("rolling"), 3);
        await using var trial = await FailoverScenario.StartAsync(silos[0], output);

        await trial.RestartAsync([silos[0], silos[1], silos[2]], isAlone: false);

        await trial.AssertEachEndedOnceAsync();
    }

    /// <summary>Kills the silos in turn.</summary>
    private async Task KillAsync(int count, int rounds, int inFlight)
    {
        await using var silos = await SiloProcesses.StartAsync(await DatabaseAsync("killed"), count);
        await using var trial = await FailoverScenario.StartAsync(silos[0], output, inFlight);

        for (var round = 0; round < rounds; round++)
        {
            await trial.KillAsync(silos[round % count], isAlone: false);
        }

        await trial.AssertEachEndedOnceAsync();
    }

    private static async Task<string> DatabaseAsync(string name) =>
        await (await PostgresServer.Shared).CreateDatabaseAsync(name);
}
