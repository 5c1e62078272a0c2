using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Streaming;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Streaming;

/// <summary>Streams of events as connections: who gets one, how many, and how they end.</summary>
public sealed class EventStreamConnectionTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 30_000)]
    public async Task It_is_a_stream_that_nobody_keeps_or_holds_back()
    {
        var (tenant, task) = await QueuedAsync();
        using var events = await OpenAsync(tenant, task);

        var headers = events.Response.Headers;
        Assert.Equal("text/event-stream", events.Response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", headers.CacheControl!.ToString());
        Assert.Equal("no", headers.GetValues("X-Accel-Buffering").Single());
    }

    [Fact(Timeout = 30_000)]
    public async Task I9_a_stream_is_for_those_who_may_see_the_task()
    {
        var (tenant, task) = await QueuedAsync();
        var (other, _) = await QueuedAsync();
        var path = $"{tenant.Project}/tasks/{task}/events";

        var strange = await other.Api.GetAsync($"{other.Project}/tasks/{task}/events");
        var foreign = await other.Api.GetAsync(path);
        var nobody = await tenant.Api.WithToken(null).GetAsync(path);
        var wrong = await tenant.Api.WithToken(null).GetAsync($"{path}?oauth=wrong");
        using var inQuery = await ServerSentEventReader.OpenAsync(
            silo.Address, tenant with { Api = tenant.Api.WithToken(null) }, task, $"?oauth={tenant.Api.Token}");

        Assert.Equal((404, 404, 401, 401), (strange.Status, foreign.Status, nobody.Status, wrong.Status));
        await inQuery.NextAsync("status");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reader_that_hangs_up_leaves_nothing_behind()
    {
        await using var own = await TestSilo.StartAsync();
        var tenant = await (await own.NewTenantAsync()).ReadyAsync();
        var task = await tenant.QueueAsync();
        var (places, followed) = (own.Get<StreamLimiter>(), own.Get<TaskWatcher>());
        for (var i = 0; i < 3; i++)
        {
            using var events = await ServerSentEventReader.OpenAsync(own.Address, tenant, task);
            await events.NextAsync("status");
            Assert.InRange(places.CountOf(tenant.UserId), 1, i + 1);
            Assert.Equal(1, followed.Count);
        }

        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (places.CountOf(tenant.UserId) > 0 || followed.Count > 0)
        {
            await look.WaitForNextTickAsync();
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Writes_of_this_silo_do_not_wait_for_the_next_poll()
    {
        var time = new ManualTimeProvider();
        await using var own = await TestSilo.StartAsync(configure: builder => builder.Services.AddSingleton(all =>
            ActivatorUtilities.CreateInstance<TaskWatcher>(all, time)));
        var tenant = await own.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var task = await tenant.QueueAsync();
        using var events = await ServerSentEventReader.OpenAsync(own.Address, tenant, task);
        await events.NextAsync("status");
        await time.WaitForTimerAsync(TimeSpan.FromMilliseconds(250));
        time.Advance(TimeSpan.FromMilliseconds(100));

        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.FinishAsync(lease, "complete", exitCode: 0);
        var ended = await events.NextAsync("status");

        Assert.Equal("complete", ended.Text("status"));
    }

    [Fact(Timeout = 60_000)]
    public async Task I12_a_user_has_so_many_streams_and_no_more_and_others_have_theirs()
    {
        var (tenant, task) = await QueuedAsync();
        var (other, theirs) = await QueuedAsync();
        var open = new List<ServerSentEventReader>();
        for (var i = 0; i < StreamLimiter.MaxPerUser; i++)
        {
            open.Add(await OpenAsync(tenant, task));
        }

        var refused = await tenant.Api.GetAsync($"{tenant.Project}/tasks/{task}/events");
        using var another = await OpenAsync(other, theirs);
        open.ForEach(events => events.Dispose());

        Assert.Equal(403, refused.Status);
        Assert.Contains("100 event streams", refused.Msg, StringComparison.Ordinal);
        await another.NextAsync("status");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_silo_that_stops_ends_its_streams_at_once_and_says_no_end()
    {
        var own = await TestSilo.StartAsync();
        var tenant = await (await own.NewTenantAsync()).ReadyAsync();
        using var events = await ServerSentEventReader.OpenAsync(own.Address, tenant, await tenant.QueueAsync());
        await events.NextAsync("status");
        var began = TimeProvider.System.GetTimestamp();

        await own.DisposeAsync();

        Assert.Null(await events.NextAsync());
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 20);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_silo_that_is_about_to_stop_asks_readers_to_reconnect()
    {
        await using var own = await TestSilo.StartAsync();
        var tenant = await (await own.NewTenantAsync()).ReadyAsync();
        var task = await tenant.QueueAsync();
        await own.Get<GracefulShutdownService>().StoppingAsync(default);

        using var events = await ServerSentEventReader.OpenAsync(own.Address, tenant, task);

        Assert.Equal("text/event-stream", events.Response.Content.Headers.ContentType!.ToString());
        Assert.True(events.Response.Headers.ConnectionClose);
        while (await events.NextAsync() is { } next)
        {
            Assert.NotEqual("end", next.Kind);
        }

        Assert.Equal(["retry: 1000"], events.OtherLines);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stream_in_which_nothing_happens_shows_that_it_lives_until_its_token_is_taken_away()
    {
        var time = new ManualTimeProvider();
        await using var own = await TestSilo.StartAsync(configure: builder => builder.Services.AddSingleton(
            provider => ActivatorUtilities.CreateInstance<EventStreams>(provider, time)));
        var tenant = await (await own.NewTenantAsync()).ReadyAsync();
        using var events = await ServerSentEventReader.OpenAsync(own.Address, tenant, await tenant.QueueAsync());
        await events.NextAsync("status");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(":", await AfterSilence(events.ReadLineAsync()));
            Assert.Equal("", await events.ReadLineAsync());
        }

        var projects = own.Get<IProjectStore>();
        await projects.DeleteTokenAsync((await projects.ListTokensAsync(tenant.UserId, default)).Single().Id, default);
        own.Get<EntityCache>().Users.InvalidateAll();

        Assert.Equal(":", await AfterSilence(events.ReadLineAsync()));
        Assert.Null(await AfterSilence(events.NextAsync()));

        // A change that is told late starts a silence anew, so one that was over may have been of no use.
        async Task<T> AfterSilence<T>(Task<T> word)
        {
            while (await Task.WhenAny(word, time.WaitForTimerAsync(TimeSpan.FromSeconds(15))) != word)
            {
                time.Advance(TimeSpan.FromSeconds(15));
            }

            return await word;
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task While_the_database_is_away_a_stream_waits_for_it()
    {
        var tasks = Stub.Of<ITaskStore>()
            .On(nameof(ITaskStore.ExtendLeasesAsync), _ => Task.CompletedTask)
            .On(nameof(ITaskStore.ExpireLeasesAsync), _ => Task.FromResult<IReadOnlyList<Transition<TaskState>>>([]))
            .On(nameof(ITaskStore.ListBacklogAsync), _ => Task.FromResult<IReadOnlyList<LaneBacklog>>([]))
            .On(nameof(ITaskStore.PromoteDelayedAsync), _ => Task.FromResult(new DueBatch([], null)));
        await using var own = await TestSilo.StartAsync(configure: builder => builder.Services.AddSingleton(tasks.Object));
        var tenant = await (await own.NewTenantAsync()).ReadyAsync();
        var looks = 0;
        var away = new StoreUnavailableException("away", new IOException("cable"));
        tasks.On(nameof(ITaskStore.GetSnapshotsAsync), _ => Task.FromException<IReadOnlyList<TaskSnapshot>>(away));
        tasks.On(nameof(ITaskStore.FindAsync), _ => ++looks switch
        {
            1 => Task.FromResult<StoredTask?>(new StoredTask(null!, [])),
            2 or 3 => Task.FromException<StoredTask?>(away),
            _ => Task.FromResult<StoredTask?>(null),
        });

        using var events = await ServerSentEventReader.OpenAsync(own.Address, tenant, "0123456789abcdef01234567");

        await events.NextAsync("end");
        Assert.Equal(4, looks);
    }

    private async Task<(Tenant Tenant, string Task)> QueuedAsync()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        return (tenant, await tenant.QueueAsync());
    }

    private Task<ServerSentEventReader> OpenAsync(Tenant tenant, string task) => ServerSentEventReader.OpenAsync(silo.Address, tenant, task);
}
