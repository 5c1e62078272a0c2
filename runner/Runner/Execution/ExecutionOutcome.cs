using OrleansHybrid.Contracts.Runners;

namespace OrleansHybrid.Runner.Execution;

/// <summary>What is to be done about the lease when an execution is over.</summary>
internal enum LeaseFate
{
    /// <summary>Report the result under it.</summary>
    Finish,

    /// <summary>Give it back before it ends, so that the task runs elsewhere and no loss is counted.</summary>
    HandBack,

    /// <summary>Say nothing: it is somebody else's, or nobody knows what became of the program.</summary>
    LetGo,
}

/// <summary>How an execution ended; made by the factories, one for each way.</summary>
internal sealed record ExecutionOutcome
{
    private const int LongestMessage = 1000;

    private ExecutionOutcome(LeaseFate fate, string status = "", string message = "")
    {
        Fate = fate;
        Status = status;
        Message = PlainText.Of(message, LongestMessage);
    }

    public LeaseFate Fate { get; }

    public string Status { get; }

    public string Message { get; private init; }

    public int? ExitCode { get; private init; }

    public bool Retryable { get; private init; } = true;

    public static ExecutionOutcome TimedOut => new(LeaseFate.Finish, "timeout", "Job timed out.");

    public static ExecutionOutcome Cancelled => new(LeaseFate.Finish, "cancelled", "Cancelled via API.");

    public static ExecutionOutcome HandedBack => new(LeaseFate.HandBack);

    public static ExecutionOutcome LetGo => new(LeaseFate.LetGo);

    /// <summary>The payload or the instructions are not what somebody with the key wanted: no further try can change that.</summary>
    public static ExecutionOutcome Refused(string why) => new(LeaseFate.Finish, "error", why) { Retryable = false };

    /// <summary>Trouble that waiting would not end; a further try may still go better, unless it is lasting.</summary>
    public static ExecutionOutcome Of(SandboxException trouble) =>
        new(LeaseFate.Finish, "error", trouble.Message) { Retryable = !trouble.IsLasting };

    public static ExecutionOutcome Error(string reason) => new(LeaseFate.Finish, "error", reason);

    /// <summary>A program that ended by itself, or by a signal. Only who limits memory knows when that was why.</summary>
    public static ExecutionOutcome Of(SandboxExit exit)
    {
        return exit switch
        {
            { OutOfMemory: true } => Error("out of memory") with { ExitCode = exit.ExitCode },
            { ExitCode: 0 } => new ExecutionOutcome(LeaseFate.Finish, "complete") { ExitCode = 0 },
            { Hint: "" } => Error(ExitCodeText.Of(exit.ExitCode)) with { ExitCode = exit.ExitCode },
            _ => Error($"{ExitCodeText.Of(exit.ExitCode)}; {exit.Hint}") with { ExitCode = exit.ExitCode },
        };
    }

    /// <summary>The same, and that its log may be incomplete: where the log itself can't say so, the result does.</summary>
    public ExecutionOutcome WithPartialLog()
    {
        const string note = "the log may lack its end: the control plane did not take all of it";
        return this with { Message = PlainText.Of(Message.Length == 0 ? note : $"{Message.TrimEnd('.')}; {note}", LongestMessage) };
    }

    public TaskResult Under(LeaseRef lease, TimeSpan ran) => new()
    {
        Lease = lease,
        Status = Status,
        Message = Message,
        ExitCode = ExitCode,
        DurationMilliseconds = (long)ran.TotalMilliseconds,
        Retryable = Retryable,
    };
}
