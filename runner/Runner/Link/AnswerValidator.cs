using OrleansHybrid.Contracts.Runners;

namespace OrleansHybrid.Runner.Link;

/// <summary>
/// Looks at what a control plane answers before anything of it becomes a path, a header, a label or a wait: a control plane may be
/// hostile, and a runner often is root. Each method gives the name of the first member that is none, or null.
/// </summary>
internal static class AnswerValidator
{
    private const int MostPollSeconds = 3600;

    // Longer than any lease that is granted, and what every timer takes.
    private const long MostMilliseconds = int.MaxValue;

    public static string? ProblemOf(EnrolAnswer answer) =>
        !Identifiers.IsId(answer.SessionId) ? "session_id"
        : !Identifiers.IsCredential(answer.Credential) ? "credential"
        : answer.PollSeconds is < 0 or > MostPollSeconds ? "poll_seconds"
        : InLeases("leases", answer.Leases);

    public static string? ProblemOf(ClaimAnswer answer) =>
        answer.Tasks is null ? "tasks"
        : answer.Tasks.Index().Select(order => InOrder($"tasks[{order.Index}]", order.Item)).FirstOrDefault(problem => problem is not null)
            ?? InLeases("stop", answer.Stop);

    public static string? ProblemOf(HeartbeatAnswer answer) =>
        answer.Leases is null ? "leases"
        : answer.Leases.Index().Where(lease => !IsGood(lease.Item)).Select(lease => $"leases[{lease.Index}]").FirstOrDefault();

    public static string? ProblemOf(ReportAnswer answer) => answer.Statuses is null || answer.Statuses.Contains(null!) ? "statuses" : null;

    public static string? ProblemOf(ZipAnswer answer) => answer.Data is { Length: > 0 } ? null : "data";

    private static bool IsGood(LeaseAnswer? lease) =>
        lease is { Status: not null } && Identifiers.IsId(lease.TaskId) && IsTime(lease.LeaseMilliseconds);

    private static string? InOrder(string at, TaskOrder? order)
    {
        var member = order is null ? ""
            : !IsGood(order.Lease) ? ".lease"
            : !IsTime(order.LeaseMilliseconds) ? ".lease_milliseconds"
            : !Identifiers.IsId(order.ProjectId) ? ".project_id"
            : order.CodeName is null ? ".code_name"
            : order.Image is null ? ".image"
            : order.Payload is null ? ".payload"
            : order.EnvVars.Values.Contains(null!) ? ".env_vars"
            : order.RetryCount < 0 ? ".retry_count"
            : order.ScheduleId.Length > 0 && !Identifiers.IsId(order.ScheduleId) ? ".schedule_id"
            : order.Zip is { } zip && !IsGood(zip) ? ".zip"
            : null;
        return member is null ? null : at + member;
    }

    private static string? InLeases(string at, IReadOnlyList<LeaseRef>? leases) =>
        leases is null ? at
        : leases.Index().Where(lease => !IsGood(lease.Item)).Select(lease => $"{at}[{lease.Index}]").FirstOrDefault();

    private static bool IsGood(LeaseRef? lease) =>
        lease is { Attempt: >= 1 } && Identifiers.IsId(lease.TaskId) && Identifiers.IsToken(lease.Token);

    private static bool IsGood(TaskZip zip) =>
        Identifiers.IsId(zip.CodeId) && zip is { Rev: >= 1, Size: > 0 } && Identifiers.IsHash(zip.Sha256);

    private static bool IsTime(long milliseconds) => milliseconds is >= -MostMilliseconds and <= MostMilliseconds;
}
