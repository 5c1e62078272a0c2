using OrleansHybrid.Grains.Clusters;

namespace OrleansHybrid.Grains.Tests.Clusters;

/// <summary>Tasks that require labels, and runners with and without them, in one cluster.</summary>
public sealed class ClusterGrainLabelTests
{
    [Fact(Timeout = 30_000)]
    public async Task I15_a_task_passes_by_the_runners_that_lack_its_label_and_wakes_the_one_that_has_it()
    {
        await using var ground = await GrainFixture.StartAsync();
        var (edge, plain, other, gpu) = (
            ground.NewObserver(), await ground.PollAsync(5), await ground.PollAsync(5, "disk=ssd"), await ground.PollAsync(1, "gpu", "disk=ssd"));
        await ground.ClusterGrain.Park(edge.Reference, [plain, other, gpu]);

        var queued = await ground.QueueAndOfferAsync(requires: ["gpu"]);

        var delivery = await edge.NextAsync();
        Assert.Equal((gpu, queued[0].Id), (delivery.Poll, Assert.Single(delivery.Leases).Task));
        Assert.True(edge.IsEmpty);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_runner_without_the_label_takes_what_stands_behind()
    {
        await using var ground = await GrainFixture.StartAsync();
        await ground.QueueAndOfferAsync(600, priority: 2, "gpu");
        var free = await ground.QueueAndOfferAsync();
        var (edge, plain) = (ground.NewObserver(), await ground.PollAsync(3));

        await ground.ClusterGrain.Park(edge.Reference, [plain]);

        Assert.Equal(free[0].Id, Assert.Single((await edge.NextAsync()).Leases).Task);
    }

    [Fact(Timeout = 30_000)]
    public async Task Runners_that_lack_the_label_do_not_keep_the_one_behind_them_from_its_task()
    {
        await using var ground = await GrainFixture.StartAsync();
        var edge = ground.NewObserver();
        var plain = new List<Poll>();
        for (var i = 0; i < 60; i++)
        {
            plain.Add(await ground.PollAsync(10));
        }

        var gpu = await ground.PollAsync(1, "gpu");
        await ground.ClusterGrain.Park(edge.Reference, [.. plain, gpu]);

        await ground.QueueAndOfferAsync(requires: ["gpu"]);

        Assert.Equal(gpu, (await edge.NextAsync()).Poll);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_runner_with_fewer_labels_chooses_first_so_that_both_have_work()
    {
        await using var ground = await GrainFixture.StartAsync();
        var anywhere = await ground.QueueAsync();
        var special = await ground.QueueAsync(requires: ["gpu"]);
        var (edge, gpu, plain) = (ground.NewObserver(), await ground.PollAsync(1, "gpu"), await ground.PollAsync());

        await ground.ClusterGrain.Park(edge.Reference, [gpu, plain]);

        var (first, second) = (await edge.NextAsync(), await edge.NextAsync());
        Assert.Equal((plain, anywhere[0].Id), (first.Poll, Assert.Single(first.Leases).Task));
        Assert.Equal((gpu, special[0].Id), (second.Poll, Assert.Single(second.Leases).Task));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_label_that_no_task_asks_for_changes_nothing_of_who_came_first()
    {
        await using var ground = await GrainFixture.StartAsync();
        var edge = ground.NewObserver();
        Poll[] polls =
        [
            await ground.PollAsync(1, "host=c"), await ground.PollAsync(), await ground.PollAsync(1, "host=a"), await ground.PollAsync(1, "gpu"),
        ];
        await ground.ClusterGrain.Park(edge.Reference, polls);

        // From here on runners with a GPU are told apart, which moves nobody among the others.
        await ground.QueueAndOfferAsync(requires: ["gpu"]);
        Assert.Equal(polls[3], (await edge.NextAsync()).Poll);
        foreach (var poll in polls[..3])
        {
            await ground.QueueAndOfferAsync();
            Assert.Equal(poll, (await edge.NextAsync()).Poll);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_grain_that_wakes_up_knows_what_the_waiting_tasks_require()
    {
        await using var ground = await GrainFixture.StartAsync();
        var queued = await ground.QueueAsync(requires: ["zone=eu-1", "gpu"]);
        var (edge, half, full) = (
            ground.NewObserver(), await ground.PollAsync(1, "gpu"), await ground.PollAsync(1, "gpu", "zone=eu-1", "zone=eu-2"));

        await ground.ClusterGrain.Park(edge.Reference, [half, full]);

        var delivery = await edge.NextAsync();
        Assert.Equal((full, queued[0].Id), (delivery.Poll, Assert.Single(delivery.Leases).Task));
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_task_finds_a_runner_that_may_take_it_when_many_of_all_kinds_come()
    {
        await using var ground = await GrainFixture.StartAsync();
        var edge = ground.NewObserver();
        string[][] kinds = [[], ["gpu"], ["disk=ssd"], ["gpu", "disk=ssd"]];
        var allowed = new Dictionary<string, string[]>();
        foreach (var kind in kinds)
        {
            foreach (var task in await ground.QueueAndOfferAsync(40, requires: kind))
            {
                allowed[task.Id.Value] = kind;
            }
        }

        for (var turn = 0; allowed.Count > 0; turn++)
        {
            var labels = kinds[turn % kinds.Length];
            await ground.ClusterGrain.Park(edge.Reference, [await ground.PollAsync(7, [.. labels, $"host={turn}"])]);
            while (!edge.IsEmpty)
            {
                var delivery = await edge.NextAsync();
                foreach (var lease in delivery.Leases)
                {
                    Assert.True(allowed.Remove(lease.Task.Value, out var required), $"task {lease.Task} was leased twice");
                    Assert.Subset(delivery.Poll.Labels.ToList().ToHashSet(), required.ToHashSet());
                }
            }
        }
    }
}
