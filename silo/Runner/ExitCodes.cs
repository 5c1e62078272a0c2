namespace OrleansHybrid.Runner;

/// <summary>The program's exit codes, for a supervisor.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The doctor has found something that keeps tasks from running.</summary>
    public const int Failure = 1;

    /// <summary>The control plane will not have this runner.</summary>
    public const int RemoteError = 3;

    /// <summary>The cluster token is not, or no longer, valid for this cluster.</summary>
    public const int AuthenticationFailed = 4;

    /// <summary>A fault of the runner's own: start it again.</summary>
    public const int TempFail = 75;

    /// <summary>A setting is missing or wrong.</summary>
    public const int ConfigError = 78;

    public const int Killed = 137;
}
