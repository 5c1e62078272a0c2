using OrleansHybrid.Domain.Launching;

namespace OrleansHybrid.Domain.Tests.Launching;

/// <summary>Jobs as a provider has them: it carries out what it is ordered, and moves on only when it is told to.</summary>
internal sealed class ScriptedProvider
{
    private long _numbers = 100;

    public List<Job> Jobs { get; } = [];

    public IEnumerable<Job> Living => Jobs.Where(job => job.IsLiving);

    /// <summary>Carries out an order, and says what its caller would.</summary>
    public LaunchReport Do(LaunchOrder order, DateTimeOffset now)
    {
        var report = new LaunchReport { Act = order.Act, LaunchId = order.LaunchId, Attempt = order.Attempt };
        switch (order.Act)
        {
            case LaunchAct.Submit:
                var job = new Job(++_numbers, order.Label) { Limit = Examples.Terms.Limit - order.Launch!.RanBefore };
                Jobs.Add(job);
                return report with { Jobs = [job.Record] };
            case LaunchAct.Search or LaunchAct.Sweep:
                var ours = Jobs.Select(one => one.Record).ToLookup(one => one.HasLabelOf(order.Label));
                return report with { Jobs = [.. ours[true]], ForeignJobs = ours[false].Count(one => !one.IsOver) };
            default:
                return Jobs.SingleOrDefault(one => one.Number == order.JobNumber) is { } known
                    ? Told(order, report, known, now)
                    : report with { Trouble = ProviderTrouble.NotFound };
        }
    }

    private static LaunchReport Told(LaunchOrder order, LaunchReport report, Job job, DateTimeOffset now)
    {
        if (order.Act == LaunchAct.Terminate && job.IsLiving)
        {
            job.End(JobState.Terminated, "cut off", now);
        }

        if (order.Act == LaunchAct.Shutdown && job is { State: JobState.Running, Listens: true })
        {
            job.End(JobState.Completed, "passed, says the code under test", now);
        }

        return report with { Jobs = [job.Record], LastWords = job.IsLiving ? null : job.LastWords };
    }
}

/// <summary>One job at the provider.</summary>
internal sealed class Job(long number, string label)
{
    public long Number => number;

    public string Label => label;

    public TimeSpan Limit { get; init; }

    /// <summary>Whether it ends when it is asked to.</summary>
    public bool Listens { get; set; } = true;

    public JobState State { get; private set; } = JobState.Queued;

    public string LastWords { get; private set; } = "";

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public bool IsLiving => State is JobState.Queued or JobState.Running;

    public JobRecord Record => new() { Number = number, Label = label, State = State, StartedAt = StartedAt, EndedAt = EndedAt };

    public void Run(DateTimeOffset now)
    {
        State = JobState.Running;
        StartedAt = now;
    }

    public void End(JobState state, string lastWords, DateTimeOffset now)
    {
        State = state;
        LastWords = lastWords;
        EndedAt = now;
    }
}
