using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests.Failover;

/// <summary>V2: a silo that is there and does nothing, as behind a pulled cable.</summary>
public sealed class FrozenSilosTests : ProgramTestBase
{
    // A few seconds are promised; this is the bound of a hang, on a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [TwoSilosFact(Timeout = 240_000)]
    public async Task V2_when_one_of_two_silos_freezes_the_other_goes_on()
    {
        await using var silos = await SiloProcesses.StartAsync(await (await PostgresServer.Shared).CreateDatabaseAsync("frozen"), 2);
        await using var runner = silos[0].StartRunner(("API_URL", silos.Addresses[1].AbsoluteUri));
        using var client = new HybridClient(new HybridClientOptions
        {
            BaseUrl = silos.Addresses[1],
            Token = silos[0].ConnectionValue("token"),
            ProjectId = silos[0].ConnectionValue("project_id"),
            MaxAttempts = 30,
            OutageTimeout = Patience,
        });
        await client.Codes.UploadAsync(new NewCode { Name = "hello", Image = "some/image", Command = "true" });
        await EndAsync(client, 1);

        silos[0].Freeze();

        await EndAsync(client, 20).WaitAsync(Patience);
    }

    // Each task has a grain of its own when it is cancelled, half of which lived on the other silo.
    private static async Task EndAsync(HybridClient client, int count)
    {
        var tasks = await client.Tasks.EnqueueAsync([.. Enumerable.Repeat(new NewTask { CodeName = "hello" }, count)]);
        var later = await client.Tasks.EnqueueAsync([.. Enumerable.Repeat(new NewTask { CodeName = "hello", Delay = 3600 }, count)]);
        foreach (var task in later)
        {
            await client.Tasks.CancelAsync(task);
        }

        foreach (var task in tasks)
        {
            Assert.Equal(TaskStates.Complete, (await client.Tasks.WaitAsync(task)).Status);
        }
    }
}
