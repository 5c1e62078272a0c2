using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Launcher.Tests.Domain;

/// <summary>Jobs as a provider has them: it carries out what it is ordered, and moves on only when it is told to.</summary>
internal sealed class FakeProvider
{
    private long _numbers = 100;

    public List<FakeJob> Jobs { get; } = [];

    public IEnumerable<FakeJob> Living => Jobs.Where(job => job.IsLiving);

    /// <summary>Carries out an order, and says what its caller would.</summary>
    public ProviderResult Execute(ProviderCommand order, DateTimeOffset now)
    {
        var report = new ProviderResult { Action = order.Action, LaunchId = order.LaunchId, Attempt = order.Attempt };
        switch (order.Action)
        {
            case ProviderAction.Submit:
                var job = new FakeJob(++_numbers, order.Label) { Limit = LaunchExamples.Terms.Limit - order.Launch!.RanBefore };
                Jobs.Add(job);
                return report with { Jobs = [job.Record] };
            case ProviderAction.FindByLabel or ProviderAction.Reconcile:
                var ours = Jobs.Select(one => one.Record).ToLookup(one => one.HasLabelPrefix(order.Label));
                return report with { Jobs = [.. ours[true]], ForeignJobs = ours[false].Count(one => !one.IsOver) };
            default:
                return Jobs.SingleOrDefault(one => one.Number == order.JobNumber) is { } known
                    ? Reported(order, report, known, now)
                    : report with { Error = ProviderErrorKind.NotFound };
        }
    }

    private static ProviderResult Reported(ProviderCommand order, ProviderResult report, FakeJob job, DateTimeOffset now)
    {
        if (order.Action == ProviderAction.Terminate && job.IsLiving)
        {
            job.End(ReportedJobState.Terminated, "cut off", now);
        }

        if (order.Action == ProviderAction.Shutdown && job is { State: ReportedJobState.Running, Listens: true })
        {
            job.End(ReportedJobState.Completed, "passed, says the code under test", now);
        }

        return report with { Jobs = [job.Record], OutputTail = job.IsLiving ? null : job.LastWords };
    }
}

/// <summary>One job at the provider.</summary>
internal sealed class FakeJob(long number, string label)
{
    public long Number => number;

    public string Label => label;

    public TimeSpan Limit { get; init; }

    /// <summary>Whether it ends when it is asked to.</summary>
    public bool Listens { get; set; } = true;

    public ReportedJobState State { get; private set; } = ReportedJobState.Queued;

    public string LastWords { get; private set; } = "";

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public bool IsLiving => State is ReportedJobState.Queued or ReportedJobState.Running;

    public JobRecord Record => new() { Number = number, Label = label, State = State, StartedAt = StartedAt, EndedAt = EndedAt };

    public void Run(DateTimeOffset now)
    {
        State = ReportedJobState.Running;
        StartedAt = now;
    }

    public void End(ReportedJobState state, string lastWords, DateTimeOffset now)
    {
        State = state;
        LastWords = lastWords;
        EndedAt = now;
    }
}
