namespace OrleansHybrid.Cli;

/// <summary>Ends the program with a sentence for a person and an exit code for a script.</summary>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
