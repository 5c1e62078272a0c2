namespace OrleansHybrid.Grains.Tests.Clusters;

/// <summary>The cluster's grain brings waiting tasks and waiting runners together.</summary>
public sealed class ClusterGrainTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_task_offered_later_goes_to_the_runner_that_waits()
    {
        await using var ground = await GrainFixture.StartAsync();
        var (edge, poll) = (ground.NewObserver(), await ground.PollAsync());
        await ground.ClusterGrain.Park(edge.Reference, [poll]);

        var queued = await ground.QueueAndOfferAsync();

        var delivery = await edge.NextAsync();
        Assert.Equal(poll, delivery.Poll);
        Assert.Equal((queued[0].Id, 1), (delivery.Leases[0].Task, delivery.Leases[0].Attempt));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_task_that_waits_already_goes_to_the_first_runner_that_comes()
    {
        await using var ground = await GrainFixture.StartAsync();
        var queued = await ground.QueueAndOfferAsync();
        var (edge, poll) = (ground.NewObserver(), await ground.PollAsync());

        await ground.ClusterGrain.Park(edge.Reference, [poll]);

        Assert.Equal(queued[0].Id, (await edge.NextAsync()).Leases[0].Task);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_grain_that_wakes_up_finds_what_nobody_told_it()
    {
        await using var ground = await GrainFixture.StartAsync();
        var queued = await ground.QueueAsync();
        var (edge, poll) = (ground.NewObserver(), await ground.PollAsync());

        await ground.ClusterGrain.Park(edge.Reference, [poll]);

        Assert.Equal(queued[0].Id, (await edge.NextAsync()).Leases[0].Task);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_runner_gets_as_many_as_it_wants_and_the_next_one_the_rest()
    {
        await using var ground = await GrainFixture.StartAsync();
        var queued = await ground.QueueAndOfferAsync(5);
        var edge = ground.NewObserver();

        await ground.ClusterGrain.Park(edge.Reference, [await ground.PollAsync(3), await ground.PollAsync(3)]);

        var (first, second) = (await edge.NextAsync(), await edge.NextAsync());
        Assert.Equal([3, 2], [first.Leases.Length, second.Leases.Length]);
        Assert.Equal(queued.Select(task => task.Id), first.Leases.Concat(second.Leases).Select(lease => lease.Task));
    }

    [Fact(Timeout = 30_000)]
    public async Task Tasks_come_with_their_leases_as_far_as_a_message_holds_their_payloads()
    {
        await using var ground = await GrainFixture.StartAsync();
        var queued = await ground.QueueWithPayloadsAsync(700_000, 600_000, 300_000);
        var (edge, poll) = (ground.NewObserver(), await ground.PollAsync(3));

        await ground.ClusterGrain.Park(edge.Reference, [poll]);

        var delivery = await edge.NextAsync();
        Assert.Equal(queued.Select(task => task.Id), delivery.Leases.Select(lease => lease.Task));
        Assert.Equal([delivery.Leases[0], delivery.Leases[2]], delivery.Work.Select(task => task.Fence));
        Assert.Equal([700_000, 300_000], delivery.Work.Select(task => task.Payload.Length));
        Assert.All(delivery.Work, task => Assert.Equal(queued[0].Spec.CodeName, task.Spec.CodeName));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_higher_priority_goes_first()
    {
        await using var ground = await GrainFixture.StartAsync();
        await ground.QueueAsync(2, priority: 0);
        var urgent = await ground.QueueAsync(1, priority: 2);
        var (edge, poll) = (ground.NewObserver(), await ground.PollAsync());

        await ground.ClusterGrain.Park(edge.Reference, [poll]);

        Assert.Equal(urgent[0].Id, (await edge.NextAsync()).Leases[0].Task);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_full_runner_gets_no_task_and_leaves_it_to_others()
    {
        await using var ground = await GrainFixture.StartAsync();
        var (edge, full, free) = (ground.NewObserver(), await ground.PollAsync(0), await ground.PollAsync());
        await ground.ClusterGrain.Park(edge.Reference, [full, free]);

        await ground.QueueAndOfferAsync();

        Assert.Equal(free, (await edge.NextAsync()).Poll);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_newer_poll_of_a_session_takes_the_place_of_the_older()
    {
        await using var ground = await GrainFixture.StartAsync();
        var (edge, older) = (ground.NewObserver(), await ground.PollAsync());
        var newer = older with { ClaimKey = "newer" };
        await ground.ClusterGrain.Park(edge.Reference, [older]);
        await ground.ClusterGrain.Park(edge.Reference, [newer]);

        await ground.QueueAndOfferAsync(2);

        Assert.Equal(newer, (await edge.NextAsync()).Poll);
        await ground.ClusterGrain.Park(edge.Reference, [await ground.PollAsync()]);
        Assert.NotEqual(older, (await edge.NextAsync()).Poll);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_poll_that_was_withdrawn_gets_nothing()
    {
        await using var ground = await GrainFixture.StartAsync();
        var (edge, gone, here) = (ground.NewObserver(), await ground.PollAsync(), await ground.PollAsync());
        await ground.ClusterGrain.Park(edge.Reference, [gone, here]);
        await ground.ClusterGrain.Withdraw([gone]);

        await ground.QueueAndOfferAsync();

        Assert.Equal(here, (await edge.NextAsync()).Poll);
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_task_goes_to_exactly_one_runner_when_many_wait_and_many_come()
    {
        await using var ground = await GrainFixture.StartAsync();
        var edge = ground.NewObserver();
        var queuing = Task.WhenAll(Enumerable.Range(0, 40).Select(_ => ground.QueueAndOfferAsync(5)));
        var seen = new HashSet<string>();

        while (seen.Count < 200)
        {
            await ground.ClusterGrain.Park(edge.Reference, [await ground.PollAsync(7)]);
            foreach (var lease in (await edge.NextAsync()).Leases)
            {
                Assert.True(seen.Add(lease.Task.Value), $"task {lease.Task} was leased twice");
            }
        }

        await queuing;
    }
}
