namespace OrleansHybrid.CommandLine;

/// <summary>The exit codes of all three programs, for scripts and supervisors.</summary>
public static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>It failed; of a doctor: something keeps the program from working.</summary>
    public const int Failure = 1;

    /// <summary>The command line was not understood.</summary>
    public const int UsageError = 2;

    /// <summary>The control plane rejected the request, or this runner.</summary>
    public const int RemoteError = 3;

    /// <summary>A token is not, or no longer, valid.</summary>
    public const int AuthenticationFailed = 4;

    /// <summary>There is none of that name or id.</summary>
    public const int NotFound = 5;

    /// <summary>The present state does not allow it.</summary>
    public const int Conflict = 6;

    /// <summary>The control plane or its database can't be reached now.</summary>
    public const int Unavailable = 69;

    /// <summary>An error of the program's own: start it again.</summary>
    public const int TempFail = 75;

    /// <summary>A setting is missing or wrong.</summary>
    public const int ConfigError = 78;

    /// <summary>As of a program that SIGINT has ended.</summary>
    public const int Interrupted = 130;

    /// <summary>As of a program that SIGKILL has ended.</summary>
    public const int Killed = 137;

    /// <summary>As of a program that SIGPIPE has ended: the reader closed the output.</summary>
    public const int OutputClosed = 141;
}
