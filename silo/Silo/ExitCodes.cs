namespace OrleansHybrid.Silo;

/// <summary>The exit codes of this program.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int UsageError = 2;
    public const int NotFound = 5;
    public const int Unavailable = 69;
    public const int ConfigError = 78;
}
