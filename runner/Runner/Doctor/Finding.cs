namespace OrleansHybrid.Runner.Doctor;

/// <summary>What a check says in one word.</summary>
internal enum Verdict
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Tasks can run; the words say what is less than it could be, or was not looked at.</summary>
    Warn,

    /// <summary>Tasks can't run until somebody does what the words say.</summary>
    Fail,
}

/// <summary>What a check found, in words that end in a remedy where one is needed.</summary>
internal sealed record Finding(Verdict Verdict, string Words)
{
    public static Finding Ok(string words) => new(Verdict.Ok, words);

    public static Finding Warn(string words) => new(Verdict.Warn, words);

    public static Finding Fail(string words) => new(Verdict.Fail, words);
}

/// <summary>One thing to look at, by itself: it needs no other check to have gone before it.</summary>
internal sealed record Check(string Name, Func<CancellationToken, Task<Finding>> AskAsync)
{
    /// <summary>How long it may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A check that was settled before.</summary>
    public static Check Known(string name, Finding finding) => new(name, _ => Task.FromResult(finding));
}

/// <summary>A check's name and what it found.</summary>
internal sealed record Answer(string Name, Finding Finding)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Word} {Name}: {Finding.Words}";

    /// <summary>The verdict as it is written.</summary>
    public string Word => Finding.Verdict.ToString().ToLowerInvariant();
}
