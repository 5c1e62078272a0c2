using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Reconciliation;

namespace OrleansHybrid.Silo.Tests.Launcher.Reconciliation;

/// <summary>
/// A silo that dies between any two steps of a launch: writing its state, its audit or its row, submitting, looking. What it
/// held in memory is gone, also whether the step was done. In the end there was one job, and all is counted once.
/// </summary>
public sealed class LaunchCrashRecoveryTests(LauncherSiloFixture silo) : IClassFixture<LauncherSiloFixture>
{
    private const string CrashMessage = "the silo dies here";
    private const int Near = 12;
    private const int MaxRounds = 60;

    private static readonly DateTimeOffset Noon = new(2026, 3, 30, 12, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, Scenario> Stories = new()
    {
        ["passes"] = new(LaunchVerdict.Passed, 1, (job, _) => job.End(0)),
        ["passes, and no submission is answered"] = new(LaunchVerdict.Passed, 1, (job, _) => job.End(0)) { LosesReplies = true },
        ["says nothing, and passes the second time"] = new(LaunchVerdict.Passed, 2, (job, _) =>
        {
            if (job.Label.EndsWith(":a1", StringComparison.Ordinal))
            {
                job.State = ReportedJobState.Completed;
            }
            else
            {
                job.End(0);
            }
        }),
        ["never ends by itself"] = new(LaunchVerdict.TimedOut, 1, (_, silo) => silo.Now += TimeSpan.FromMinutes(15)),
    };

    public static TheoryData<string> Names => [.. Stories.Keys];

    [Theory(Timeout = 600_000)]
    [MemberData(nameof(Names))]
    public async Task After_a_crash_at_any_step_there_is_one_job_a_try_and_one_end(string story)
    {
        var steps = await CourseAsync(Stories[story]);
        Assert.InRange(steps, 20, 200);

        for (var at = 1; at <= steps; at++)
        {
            await CourseAsync(Stories[story], at);
        }
    }

    [Fact(Timeout = 600_000)]
    public async Task After_a_second_crash_while_the_first_is_mended_too()
    {
        var story = Stories["passes"];
        var steps = await CourseAsync(story);

        for (var first = 1; first <= steps; first++)
        {
            for (var second = first + 1; second <= first + Near; second++)
            {
                await CourseAsync(story, first, second);
            }
        }
    }

    [Theory(Timeout = 600_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_launch_that_is_cancelled_leaves_no_job_alive_whenever_the_silo_dies(bool submitted)
    {
        var steps = await CancelledAsync(submitted);

        for (var at = 1; at <= steps; at++)
        {
            await CancelledAsync(submitted, at);
        }
    }

    // From the call to the end; answers how many steps that took. Crashes come at these steps.
    private async Task<int> CourseAsync(Scenario story, params int[] crashes)
    {
        var (course, provider) = (new CrashRun(silo, crashes), new FakeLaunchProvider { LosesReplies = story.LosesReplies });
        var launch = await course.LaunchAsync();
        var finished = await course.RunAsync(provider, launch, () =>
        {
            foreach (var job in provider.Living.ToList())
            {
                if (job.State == ReportedJobState.Queued)
                {
                    job.Run(silo.Now);
                }
                else
                {
                    story.Advance(job, silo);
                }
            }
        });

        var told = $"crashed at {string.Join(" and ", crashes)}";
        Assert.True(provider.Jobs.Count == story.Tries, $"{provider.Jobs.Count} jobs, {told}");
        Assert.True(finished.Verdict == story.Verdict && finished.Attempt == story.Tries, $"{finished}, {told}");
        await course.CheckAsync(finished, told);
        return course.Steps;
    }

    private async Task<int> CancelledAsync(bool submitted, params int[] crashes)
    {
        var (course, provider) = (new CrashRun(silo, crashes), new FakeLaunchProvider());
        var launch = await course.LaunchAsync();
        if (submitted)
        {
            await course.OnceAsync(provider);
        }

        await course.CancelAsync(launch);
        var finished = await course.RunAsync(provider, launch, () => { });

        var told = $"crashed at {string.Join(" and ", crashes)}";
        Assert.True(!provider.Living.Any() && provider.Jobs.Count <= 1, $"{provider.Jobs.Count} jobs, {told}");
        Assert.True(finished.Verdict == LaunchVerdict.Cancelled, $"{finished}, {told}");
        await course.CheckAsync(finished, told);
        return course.Steps;
    }

    /// <summary>The course of a launch's jobs once they run, and its end.</summary>
    private sealed record Scenario(LaunchVerdict Verdict, int Tries, Action<FakeLaunchJob, LauncherSiloFixture> Advance)
    {
        public bool LosesReplies { get; init; }
    }

    /// <summary>One launch of an account of its own.</summary>
    private sealed class CrashRun(LauncherSiloFixture silo, int[] crashes)
    {
        private readonly string _account = silo.NewAccount();
        private LaunchReconcileLoop? _rounds;

        public int Steps { get; private set; }

        // Who gets no answer asks again. Each course begins at noon, so that none crosses midnight.
        public async Task<LaunchSnapshot> LaunchAsync()
        {
            silo.Now = Noon;
            silo.OnStep = _ =>
            {
                if (crashes.Contains(++Steps))
                {
                    throw new InvalidOperationException(CrashMessage);
                }
            };
            LaunchResult? answer = null;
            await RetryAfterCrashAsync(async () => answer = await silo.Launcher(_account).Launch(TestLaunchRequests.For(1)));
            return answer!.Launch!;
        }

        public Task CancelAsync(LaunchSnapshot launch) => RetryAfterCrashAsync(() => silo.Launcher(_account).Cancel(launch.Id, "ci", TestLaunchRequests.Origin));

        public async Task<LaunchSnapshot> RunAsync(FakeLaunchProvider provider, LaunchSnapshot launch, Action moveOn)
        {
            for (var round = 0; round < MaxRounds; round++)
            {
                await OnceAsync(provider);
                moveOn();
                Assert.All(provider.Living.GroupBy(job => job.Label), jobs => Assert.Single(jobs));

                // So that whatever was handed out and never told of is looked for.
                silo.Now += TimeSpan.FromSeconds(70);
                if (await silo.Launcher(_account).Find(launch.Id) is { Phase: LaunchPhase.Ended } ended && !provider.Living.Any())
                {
                    return ended;
                }
            }

            throw new InvalidOperationException($"{launch.Id} did not end, crashed at {string.Join(" and ", crashes)}");
        }

        // A sweep that died remembers nothing.
        public async Task OnceAsync(FakeLaunchProvider provider)
        {
            try
            {
                _rounds ??= silo.NewReconcileLoop(_account, provider);
                await _rounds.RunOnceAsync(default);
            }
            catch (Exception ex) when (IsSimulatedCrash(ex))
            {
                _rounds = null;
            }
        }

        // After one more round everything is in the tables, once, and nothing is set aside any more.
        public async Task CheckAsync(LaunchSnapshot ended, string told)
        {
            await RetryAfterCrashAsync(() => silo.Launcher(_account).TakeCommands(foreignJobsCount: false));
            silo.OnStep = _ => { };
            await silo.Launcher(_account).TakeCommands(foreignJobsCount: false);
            var (summary, audit) = (await silo.Launcher(_account).Summarize(), await silo.Store.ReadAuditAsync(_account, 0, 1000, default));
            Assert.True(summary.Live.Count == 0 && summary.Today == ended.Cost, $"{summary}, {told}");
            Assert.True(AuditChain.FindFirstBroken(audit) is null && audit.Count == summary.AuditRecords, told);
            foreach (var what in (AuditEvent[])[AuditEvent.Accepted, AuditEvent.Ended])
            {
                Assert.True(audit.Count(record => record.Event == what) == 1, $"{audit.Count(record => record.Event == what)} × {what}, {told}");
            }

            Assert.Equal(ended.Id, Assert.Single(await silo.Store.ListAsync(_account, null, 10, default)).Id);
        }

        // Engines wrap it, each in its way.
        private static bool IsSimulatedCrash(Exception trouble) => trouble.GetBaseException().Message == CrashMessage;

        private static async Task RetryAfterCrashAsync(Func<Task> call)
        {
            for (var tries = 0; ; tries++)
            {
                try
                {
                    await call();
                    return;
                }
                catch (Exception ex) when (IsSimulatedCrash(ex) && tries < 3)
                {
                    // Asked again, as a caller would.
                }
            }
        }
    }
}
