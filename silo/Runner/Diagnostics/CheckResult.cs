namespace OrleansHybrid.Runner.Diagnostics;

/// <summary>The status of a check.</summary>
internal enum CheckStatus
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Tasks can run; the message says what is limited, or was not checked.</summary>
    Warn,

    /// <summary>Tasks can't run until the remedy in the message is applied.</summary>
    Fail,
}

/// <summary>A check's result: status and message, with a remedy where one is needed.</summary>
internal sealed record CheckResult(CheckStatus Status, string Message)
{
    public static CheckResult Ok(string message) => new(CheckStatus.Ok, message);

    public static CheckResult Warn(string message) => new(CheckStatus.Warn, message);

    public static CheckResult Fail(string message) => new(CheckStatus.Fail, message);
}

/// <summary>One check; it does not depend on the result of another.</summary>
internal sealed record Check(string Name, Func<CancellationToken, Task<CheckResult>> RunAsync)
{
    /// <summary>How long it may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A check that was settled before.</summary>
    public static Check Completed(string name, CheckResult result) => new(name, _ => Task.FromResult(result));
}

/// <summary>A check's name and what it found.</summary>
internal sealed record NamedCheckResult(string Name, CheckResult Result)
{
    /// <inheritdoc/>
    public override string ToString() => $"{StatusName} {Name}: {Result.Message}";

    /// <summary>The verdict as it is written.</summary>
    public string StatusName => Result.Status.ToString().ToLowerInvariant();
}
