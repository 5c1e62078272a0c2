using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Stores.Tests.Databases;

namespace OrleansHybrid.Stores.Tests.Contract;

/// <summary>The base of the tests of schedules.</summary>
public abstract class ScheduleTestBase(StoreFixture stores) : StoreTestBase(stores)
{
    protected IScheduleStore Schedules => Stores.Schedules;

    protected static DateTimeOffset At { get; } = new(2030, 5, 1, 12, 0, 0, 123, TimeSpan.Zero);

    protected ScheduleSpec Hourly() =>
        new() { ProjectId = ProjectId, ClusterId = ClusterId, CodeName = "hello", EverySeconds = 3600 };

    protected StoredSchedule New(ScheduleSpec spec, DateTimeOffset? startAt = null, byte[]? payload = null, string? id = null)
    {
        var start = DateTimeOffset.FromUnixTimeMilliseconds((startAt ?? At).ToUnixTimeMilliseconds());
        var now = DateTimeOffset.FromUnixTimeMilliseconds(Now.ToUnixTimeMilliseconds());
        var step = ScheduleStateMachine.Create(id ?? NextId(), spec, start, now);
        Assert.Null(step.Error);
        return new StoredSchedule(step.State, payload ?? [1, 2, 3]);
    }

    protected async Task<ScheduleState> AddAsync(
        ScheduleSpec spec, DateTimeOffset? startAt = null, byte[]? payload = null, string? id = null)
    {
        var schedule = New(spec, startAt, payload, id);
        Assert.True(await Schedules.AddAsync([schedule], 100, None));
        return schedule.State;
    }

    protected async Task<ScheduleState> FindAsync(string id) => (await Schedules.FindAsync(ProjectId, id, None))!.State;

    protected Task<Transition<ScheduleState>> ChangeAsync(string id, ScheduleDecision decide, byte[]? payload = null) =>
        Schedules.ChangeAsync(ProjectId, id, decide, payload, None);

    protected Task MakeDueAsync() => Stores.ExecuteAsync("UPDATE schedules SET next_start = 1 WHERE next_start IS NOT NULL");
}
