namespace OrleansHybrid.Silo;

/// <summary>What this program ends with.</summary>
internal static class ExitCode
{
    public const int Fine = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int NotFound = 5;
    public const int NoDatabase = 69;
    public const int BadSetting = 78;
}
