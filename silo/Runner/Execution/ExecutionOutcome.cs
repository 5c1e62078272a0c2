using OrleansHybrid.Abstractions.Runners;


namespace OrleansHybrid.Runner.Execution;

/// <summary>The action on the lease when an execution is over.</summary>
internal enum LeaseDisposition
{
    /// <summary>Report the result under it.</summary>
    Complete,

    /// <summary>Give it back before it ends, so that the task runs elsewhere and no loss is counted.</summary>
    Requeue,

    /// <summary>Report nothing: the lease is another runner's, or it is not known how the program ended.</summary>
    Abandon,
}

/// <summary>How an execution ended; made by the factories, one for each way.</summary>
internal sealed record ExecutionOutcome
{
    private const int MaxMessageLength = 1000;

    private ExecutionOutcome(LeaseDisposition disposition, string status = "", string message = "")
    {
        Disposition = disposition;
        Status = status;
        Message = LineSanitizer.Sanitize(message, MaxMessageLength);
    }

    public LeaseDisposition Disposition { get; }

    public string Status { get; }

    public string Message { get; private init; }

    public int? ExitCode { get; private init; }

    public bool Retryable { get; private init; } = true;

    public static ExecutionOutcome TimedOut => new(LeaseDisposition.Complete, "timeout", "Job timed out.");

    public static ExecutionOutcome Cancelled => new(LeaseDisposition.Complete, "cancelled", "Cancelled via API.");

    public static ExecutionOutcome Requeued => new(LeaseDisposition.Requeue);

    public static ExecutionOutcome Abandoned => new(LeaseDisposition.Abandon);

    /// <summary>The payload or the instructions are not authentic: a retry can't change that.</summary>
    public static ExecutionOutcome Rejected(string reason) => new(LeaseDisposition.Complete, "error", reason) { Retryable = false };

    /// <summary>A failure that waiting would not end; a retry may still succeed, unless it is permanent.</summary>
    public static ExecutionOutcome From(SandboxException exception) =>
        new(LeaseDisposition.Complete, "error", exception.Message) { Retryable = !exception.IsPermanent };

    public static ExecutionOutcome Error(string reason) => new(LeaseDisposition.Complete, "error", reason);

    /// <summary>A program that ended by itself, or by a signal. Only who limits memory knows when that was why.</summary>
    public static ExecutionOutcome From(SandboxExit exit)
    {
        return exit switch
        {
            { OutOfMemory: true } => Error("out of memory") with { ExitCode = exit.ExitCode },
            { ExitCode: 0 } => new ExecutionOutcome(LeaseDisposition.Complete, "complete") { ExitCode = 0 },
            { Hint: "" } => Error(ExitCodeText.Describe(exit.ExitCode)) with { ExitCode = exit.ExitCode },
            _ => Error($"{ExitCodeText.Describe(exit.ExitCode)}; {exit.Hint}") with { ExitCode = exit.ExitCode },
        };
    }

    /// <summary>The same, and that its log may be incomplete: where the log itself can't say so, the result does.</summary>
    public ExecutionOutcome WithPartialLog()
    {
        const string note = "the log may be incomplete: the control plane did not accept all of it";
        return this with { Message = LineSanitizer.Sanitize(Message.Length == 0 ? note : $"{Message.TrimEnd('.')}; {note}", MaxMessageLength) };
    }

    public TaskResult ToTaskResult(LeaseRef lease, TimeSpan duration) => new()
    {
        Lease = lease,
        Status = Status,
        Message = Message,
        ExitCode = ExitCode,
        DurationMilliseconds = (long)duration.TotalMilliseconds,
        Retryable = Retryable,
    };
}
