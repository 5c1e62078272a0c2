namespace OrleansHybrid.Grains.Runners;

/// <summary>Commands for one runner session. Keyed by session id.</summary>
[Alias("hybrid.runner")]
public interface IRunnerGrain : IGrainWithStringKey
{
    /// <summary>The runner claims no more, also not with a poll that is under way, finishes what it has and ends.</summary>
    [Alias("drain")]
    Task<RunnerCommandResult> Drain();

    /// <summary>The runner claims nothing until it is resumed, also not with a poll that is under way, and keeps what it has.</summary>
    [Alias("pause")]
    Task<RunnerCommandResult> Pause();

    /// <summary>The runner may claim again.</summary>
    [Alias("resume")]
    Task<RunnerCommandResult> Resume();

    /// <summary>The session is over: its credential opens nothing.</summary>
    [Alias("end")]
    Task<RunnerCommandResult> End();
}

/// <summary>The result of a command to a runner.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.runner-command-result")]
public sealed record RunnerCommandResult
{
    /// <summary>Why it was not executed; null when it was.</summary>
    [Id(0)]
    public string? Problem { get; init; }
}
