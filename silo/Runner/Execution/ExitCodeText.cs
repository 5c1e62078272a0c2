namespace OrleansHybrid.Runner.Execution;

/// <summary>Describes an exit code other than 0: above 128 it mostly stands for a signal, but a program may choose it, too.</summary>
internal static class ExitCodeText
{
    private const int SignalBase = 128;

    public static string Describe(int exitCode) => exitCode switch
    {
        126 => "exit code 126 (in shells: the command is there and can't be run)",
        127 => "exit code 127 (in shells: there is no such command)",
        SignalBase + 9 => "killed (137)",
        SignalBase + 15 => "terminated (143)",
        _ when Signal(exitCode - SignalBase) is { } name => $"exit code {exitCode} (as after {name})",
        _ => $"exit code {exitCode}",
    };

    private static string? Signal(int number) => number switch
    {
        1 => "SIGHUP, a hang-up",
        2 => "SIGINT, an interrupt",
        3 => "SIGQUIT",
        4 => "SIGILL, an instruction that this processor does not have",
        5 => "SIGTRAP",
        6 => "SIGABRT, the program's own abort",
        7 => "SIGBUS, a bad access to memory",
        8 => "SIGFPE, a fault in arithmetic",
        11 => "SIGSEGV, a bad access to memory",
        13 => "SIGPIPE, write to a closed pipe",
        24 => "SIGXCPU, too much processor time",
        25 => "SIGXFSZ, too large a file",
        31 => "SIGSYS, a system call that is not allowed",
        _ => null,
    };
}
