namespace OrleansHybrid.Silo.Commands;

/// <summary><c>silo launcher</c>: what needs the policy, the key or an executor, and so happens on the silo's machine.</summary>
internal static class LauncherProgram
{
    private const string Usage = """
        silo launcher doctor [--launcher-policy FILE]   looks at a policy, its secrets and its account, and launches nothing
        silo launcher try                               shows a launcher at work on this machine, and is gone

        Live launches, ended ones, their texts and the audit of a silo that runs: hybrid launcher.
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        return arguments switch
        {
            ["doctor", ..] => await DoctorCommand.RunAsync([.. arguments.Skip(1)], output),
            ["try"] => await DryRunCommand.RunAsync(output),
            _ => await ExplainAsync(output),
        };
    }

    private static async Task<int> ExplainAsync(TextWriter output)
    {
        await output.WriteLineAsync(Usage);
        return ExitCodes.UsageError;
    }
}
