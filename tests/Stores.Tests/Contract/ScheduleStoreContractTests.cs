using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

public abstract class ScheduleStoreContractTests(StoreFixture stores) : ScheduleTestBase(stores)
{
    [StoreFact]
    public async Task A_schedule_comes_back_as_it_was_made()
    {
        var whole = Hourly() with
        {
            Priority = 2,
            TimeoutSeconds = 60,
            Label = "label",
            Name = "name",
            EverySeconds = 0,
            Cron = "0 3 * * *",
            TimeZone = "Europe/Berlin",
            RunTimes = 7,
            EndAt = At.AddYears(1),
            DelaySeconds = 5,
            TaskDelaySeconds = 6,
            MaxConcurrency = 3,
        };
        var made = await AddAsync(whole, At.AddDays(1), [0, 255, 10]);

        var found = await Schedules.FindAsync(ProjectId, made.Id, None);

        Assert.Equal(made, found!.State);
        Assert.Equal([0, 255, 10], found.Payload);
        Assert.Equal(made, (await Schedules.ListAsync(ProjectId, 0, 10, None)).Single().State);
    }

    [StoreFact]
    public async Task I9_a_schedule_belongs_to_its_project()
    {
        var made = await AddAsync(Hourly());
        var stranger = await AddProjectAsync();

        Assert.Null(await Schedules.FindAsync(stranger, made.Id, None));
        Assert.Empty(await Schedules.ListAsync(stranger, 0, 10, None));
        var step = await Schedules.ChangeAsync(stranger, made.Id, (found, _, now) => ScheduleStateMachine.Cancel(found, now), null, None);
        Assert.Equal(ErrorKind.NotFound, step.Error!.Kind);
        Assert.Equal(SchedulePhase.Scheduled, (await FindAsync(made.Id)).Phase);
    }

    [StoreFact]
    public async Task A_list_begins_with_the_newest_and_goes_on_page_by_page()
    {
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Insert(0, (await AddAsync(Hourly(), id: TimeOrderedId.From(At.AddSeconds(i), i))).Id);
        }

        var pages = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(page => Schedules.ListAsync(ProjectId, page, 2, None)));

        Assert.Equal(made, pages.SelectMany(page => page).Select(found => found.State.Id));
        Assert.Empty(pages[3]);
    }

    [StoreFact]
    public async Task S5_a_request_beyond_the_limit_adds_nothing_and_what_has_ended_does_not_count()
    {
        var first = await AddAsync(Hourly());
        var three = Enumerable.Range(0, 3).Select(_ => New(Hourly())).ToArray();

        Assert.False(await Schedules.AddAsync(three, 3, None));
        Assert.Single(await Schedules.ListAsync(ProjectId, 0, 10, None));
        await ChangeAsync(first.Id, (found, _, now) => ScheduleStateMachine.Cancel(found, now));
        Assert.True(await Schedules.AddAsync(three, 3, None));
    }

    [StoreFact]
    public async Task S5_requests_at_the_same_time_keep_to_the_limit_together()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Schedules.AddAsync([New(Hourly())], 4, None)));

        Assert.Equal(4, added.Count(done => done));
        Assert.Equal(4, (await Schedules.ListAsync(ProjectId, 0, 20, None)).Count);
    }

    [StoreFact]
    public async Task A_change_keeps_the_payload_unless_it_brings_another()
    {
        var made = await AddAsync(Hourly(), payload: [1]);

        await ChangeAsync(made.Id, (found, _, now) => ScheduleStateMachine.Update(found, found.Spec with { Label = "new" }, null, now));
        var kept = await Schedules.FindAsync(ProjectId, made.Id, None);
        await ChangeAsync(made.Id, (found, _, now) => ScheduleStateMachine.Update(found, found.Spec, null, now), [2]);
        var replaced = await Schedules.FindAsync(ProjectId, made.Id, None);

        Assert.Equal(("new", 1), (kept!.State.Spec.Label, kept.Payload.Single()));
        Assert.Equal(2, replaced!.Payload.Single());
    }

    [StoreFact]
    public async Task Changes_at_the_same_time_are_made_one_after_the_other()
    {
        await UploadAsync("hello");
        var made = await AddAsync(Hourly());

        var steps = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ChangeAsync(
            made.Id, (found, _, now) => Transition.To(found with { ErrorCount = found.ErrorCount + 1, UpdatedAt = now }))));

        Assert.All(steps, step => Assert.Null(step.Error));
        Assert.Equal(6, (await FindAsync(made.Id)).ErrorCount);
    }
}

public sealed class SqliteScheduleStoreTests(SqliteFixture stores) : ScheduleStoreContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresScheduleStoreTests(PostgresFixture stores)
    : ScheduleStoreContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
