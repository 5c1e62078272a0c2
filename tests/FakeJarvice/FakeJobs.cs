namespace OrleansHybrid.Fakes;

/// <summary>All jobs of the fake server: moved along, whenever somebody looks, to what its clock says.</summary>
public sealed class FakeJobs(FakeJarviceOptions options)
{
    private readonly Lock _lock = new();
    private readonly List<FakeJob> _jobs = [];
    private int _peak;

    /// <summary>All, as they are now.</summary>
    public IReadOnlyList<FakeJob> All => WithCurrentState(() => _jobs.ToArray());

    /// <summary>The most that have lived, queued or running, at the same time.</summary>
    public int PeakLive => WithCurrentState(() => _peak);

    /// <summary>How many seconds of machines were used.</summary>
    public double InstanceSeconds => WithCurrentState(() => _jobs.Sum(
        job => job.StartedAt is { } start ? ((job.EndedAt ?? options.Clock.GetUtcNow()) - start).TotalSeconds * job.Nodes : 0));

    /// <summary>How many jobs there are of each label.</summary>
    public IReadOnlyDictionary<string, int> JobsByLabel => WithCurrentState(
        () => _jobs.GroupBy(job => job.Label).ToDictionary(jobs => jobs.Key, jobs => jobs.Count()));

    /// <summary>Jobs that run for longer than the limit they were submitted with, and so much more.</summary>
    public IReadOnlyList<FakeJob> LivePastDeadline(TimeSpan grace) => WithCurrentState(() => _jobs
        .Where(job => job.StartedAt is { } start && (job.EndedAt ?? options.Clock.GetUtcNow()) - start > job.Walltime + grace)
        .ToArray());

    internal FakeJob? Find(FakeAccount account, long? number, string? name) => WithCurrentState(() => _jobs.FirstOrDefault(
        job => job.Account == account && (job.Number == number || job.Name == name)));

    internal FakeJob Add(FakeAccount account, Submission submission) => WithCurrentState(() =>
    {
        var now = options.Clock.GetUtcNow();
        var number = 1000 + _jobs.Count;
        var job = new FakeJob
        {
            Number = number,
            Name = $"{now:yyyyMMddHHmmss}-{number:X5}-{submission.Image.Replace('/', '_')}-{account.Username}_s1",
            Account = account,
            Label = submission.Label,
            Image = submission.Image,
            ScriptText = submission.Script,
            Machine = submission.Machine,
            Nodes = submission.Nodes,
            Walltime = submission.Walltime,
            Script = options.Script(submission.Label).WithLastLine(options.LastLine(submission.Script)),
            SubmittedAt = now,
        };
        _jobs.Add(job);
        _peak = Math.Max(_peak, _jobs.Count(known => known.IsLive));
        return job;
    });

    /// <summary>False when it is not running.</summary>
    internal bool Shutdown(FakeJob job) => WithCurrentState(() =>
    {
        if (!job.IsRunning)
        {
            return false;
        }

        job.ShutdownAt ??= job.Script.IgnoresShutdown ? null : options.Clock.GetUtcNow() + options.ShutdownTakes;
        return true;
    });

    /// <summary>False when it is over.</summary>
    internal bool Terminate(FakeJob job) => WithCurrentState(() =>
    {
        if (!job.IsLive)
        {
            return false;
        }

        (job.EndedAt, job.State) = (options.Clock.GetUtcNow(), job.StartedAt is null ? "CANCELED" : "TERMINATED");
        return true;
    });

    private T WithCurrentState<T>(Func<T> read)
    {
        lock (_lock)
        {
            while (Step())
            {
            }

            var seen = read();
            while (Step())
            {
            }

            return seen;
        }
    }

    /// <summary>Lets happen what comes next until now; false when nothing does.</summary>
    private bool Step()
    {
        var now = options.Clock.GetUtcNow();
        var end = _jobs.Where(job => job.IsRunning).MinBy(job => job.EndsAt(options.EnforcesWalltime));
        var endAt = end?.EndsAt(options.EnforcesWalltime) ?? DateTimeOffset.MaxValue;
        var start = _jobs.Where(job => job.IsLive && !job.IsRunning && HasCapacity(job.Account)).MinBy(StartsAt);
        var startAt = start is null ? DateTimeOffset.MaxValue : StartsAt(start);
        if (endAt <= now && endAt <= startAt)
        {
            end!.End(endAt, options.EnforcesWalltime);
            return true;
        }

        if (startAt > now)
        {
            return false;
        }

        (start!.StartedAt, start.State) = (startAt, "PROCESSING STARTING");
        return true;
    }

    private bool HasCapacity(FakeAccount account) =>
        _jobs.Count(job => job.Account == account && job.IsRunning) < account.MaxRunning;

    // No sooner than the last one of its account that made room for it has ended.
    private DateTimeOffset StartsAt(FakeJob job)
    {
        var ready = job.SubmittedAt + job.Script.QueueDelay;
        var others = _jobs.Where(other => other.Account == job.Account && other != job).ToList();
        var busy = others.Count(other => other.StartedAt <= ready && (other.EndedAt ?? DateTimeOffset.MaxValue) > ready);
        return busy < job.Account.MaxRunning ? ready : others.Max(other => other.EndedAt) ?? ready;
    }
}
