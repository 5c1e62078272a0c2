using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Tests.Tasks;

/// <summary>The columns of specifications as earlier releases have written them: texts are added here, and none is ever changed.</summary>
public sealed class StoredSpecTests
{
    private const string TaskText =
        """{"CodeRev":3,"TimeoutSeconds":60,"DelaySeconds":5,"Traceparent":"00-1-2-01","Retries":2,"RetriesDelaySeconds":7,"LeaseSeconds":90,"MaxLosses":4}""";

    private const string ScheduleText =
        """{"Priority":2,"TimeoutSeconds":60,"Label":"a label","RequiredLabels":{"Text":"gpu"},"Name":"a name","EverySeconds":120,"Cron":"0 9 * * *","TimeZone":"Europe/Berlin","RunTimes":3,"EndAt":"2026-11-30T12:00:00+00:00","DelaySeconds":5,"TaskDelaySeconds":7}""";

    // Members that are columns of their own have no part in the text.
    private static readonly TaskSpec NewTask = new() { ProjectId = "", ClusterId = "", CodeId = "", CodeRev = 0, CodeName = "" };
    private static readonly ScheduleSpec NewSchedule = new() { ProjectId = "", ClusterId = "", CodeName = "" };

    private static readonly TaskSpec SomeTask = NewTask with
    {
        CodeRev = 3,
        TimeoutSeconds = 60,
        DelaySeconds = 5,
        Traceparent = "00-1-2-01",
        Retries = 2,
        RetriesDelaySeconds = 7,
        LeaseSeconds = 90,
        MaxLosses = 4,
    };

    private static readonly ScheduleSpec SomeSchedule = NewSchedule with
    {
        Priority = 2,
        TimeoutSeconds = 60,
        Label = "a label",
        RequiredLabels = LabelSet.Of(["gpu"]),
        Name = "a name",
        EverySeconds = 120,
        Cron = "0 9 * * *",
        TimeZone = "Europe/Berlin",
        RunTimes = 3,
        EndAt = new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero),
        DelaySeconds = 5,
        TaskDelaySeconds = 7,
    };

    [Fact]
    public void What_was_stored_yesterday_is_read_today_and_written_as_it_was()
    {
        Assert.Equal((SomeTask, TaskText), (ReadTask(TaskText), StoredSpec.Format(SomeTask)));
        Assert.Equal((SomeSchedule, ScheduleText), (ReadSchedule(ScheduleText), StoredSpec.Format(SomeSchedule)));
    }

    [Fact]
    public void What_is_not_in_the_text_has_the_default_of_then()
    {
        var (task, schedule) = (ReadTask("{}"), ReadSchedule("{}"));

        Assert.Equal(NewTask with { TimeoutSeconds = 3600, LeaseSeconds = 60, MaxLosses = 3 }, task);
        Assert.Equal(NewSchedule, schedule);
        Assert.Equal(("{}", "{}"), (StoredSpec.Format(task), StoredSpec.Format(schedule)));
    }

    private static TaskSpec ReadTask(string text) =>
        StoredSpec.ParseTask(text) with { ProjectId = "", ClusterId = "", CodeId = "", CodeName = "" };

    private static ScheduleSpec ReadSchedule(string text) =>
        StoredSpec.ParseSchedule(text) with { ProjectId = "", ClusterId = "", CodeName = "" };
}
