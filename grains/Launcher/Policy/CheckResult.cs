namespace OrleansHybrid.Launcher.Policy;

/// <summary>The status of a check.</summary>
internal enum CheckStatus { Ok, Warn, Fail }

/// <summary>The result of a check, in words that end in a remedy where one is needed.</summary>
internal sealed record CheckResult(CheckStatus Status, string Name, string Message)
{
    public static CheckResult Ok(string name, string message) => new(CheckStatus.Ok, name, message);

    public static CheckResult Warn(string name, string message) => new(CheckStatus.Warn, name, message);

    public static CheckResult Fail(string name, string message) => new(CheckStatus.Fail, name, message);

    /// <inheritdoc />
    public override string ToString() => $"{Status.ToString().ToLowerInvariant()} {Name}: {Message}";
}
