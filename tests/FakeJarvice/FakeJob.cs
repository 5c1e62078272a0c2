namespace OrleansHybrid.Fakes;

/// <summary>A job of the fake server.</summary>
public sealed class FakeJob
{
    /// <summary>Its number.</summary>
    public required long Number { get; init; }

    /// <summary>Its opaque name.</summary>
    public required string Name { get; init; }

    /// <summary>Whose it is.</summary>
    public required FakeAccount Account { get; init; }

    /// <summary>The label that it was submitted with; empty when there was none.</summary>
    public required string Label { get; init; }

    /// <summary>The image.</summary>
    public required string Image { get; init; }

    /// <summary>The script, as text.</summary>
    public required string ScriptText { get; init; }

    /// <summary>The type of machine.</summary>
    public required string Machine { get; init; }

    /// <summary>How many machines.</summary>
    public required int Nodes { get; init; }

    /// <summary>The limit that it was submitted with; null when there was none.</summary>
    public required TimeSpan? Walltime { get; init; }

    /// <summary>Its behaviour.</summary>
    public required JobScript Script { get; init; }

    /// <summary>When it was submitted.</summary>
    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>When it began to run.</summary>
    public DateTimeOffset? StartedAt { get; internal set; }

    /// <summary>When it was over.</summary>
    public DateTimeOffset? EndedAt { get; internal set; }

    /// <summary>The literal of its state.</summary>
    public string State { get; internal set; } = "SUBMITTED";

    internal DateTimeOffset? ShutdownAt { get; set; }

    internal bool IsLive => EndedAt is null;

    internal bool IsRunning => StartedAt is not null && EndedAt is null;

    /// <summary>Its output until then.</summary>
    public IEnumerable<string> Printed(DateTimeOffset now) => StartedAt is { } start
        ? Script.Lines.Where(line => start + line.At <= (EndedAt ?? now)).Select(line => line.Line)
        : [];

    internal DateTimeOffset? EndsAt(bool enforcesWalltime)
    {
        var natural = StartedAt + Script.RunLength;
        var limit = enforcesWalltime && Walltime is { } walltime ? StartedAt + walltime : null;
        return new[] { natural, limit, ShutdownAt }.Min();
    }

    internal void End(DateTimeOffset at, bool enforcesWalltime)
    {
        EndedAt = at;
        State = enforcesWalltime && at == StartedAt + Walltime && Script.RunLength > Walltime ? "TERMINATED"
            : at == ShutdownAt ? "COMPLETED"
            : Script.FinalState ?? (Script.ExitCode == 0 ? "COMPLETED" : "COMPLETED WITH ERROR");
    }
}
