using OrleansHybrid.Abstractions.Runners;


namespace OrleansHybrid.Runner.ControlPlane;

/// <summary>
/// Validates responses before any part of them becomes a path, a header, a label or a delay: a control plane may be
/// hostile, and a runner often is root. Each method returns the name of the first invalid member, or null.
/// </summary>
internal static class ResponseValidator
{
    private const int MaxPollSeconds = 3600;

    // Longer than any lease that is granted, and what every timer takes.
    private const long MaxMilliseconds = int.MaxValue;

    public static string? FindProblem(EnrolResponse response) =>
        !Identifiers.IsId(response.SessionId) ? "session_id"
        : !Identifiers.IsCredential(response.Credential) ? "credential"
        : response.PollSeconds is < 0 or > MaxPollSeconds ? "poll_seconds"
        : FindLeaseProblem("leases", response.Leases);

    public static string? FindProblem(ClaimResponse response) =>
        response.Tasks is null ? "tasks"
        : response.Tasks.Index().Select(assignment => FindAssignmentProblem($"tasks[{assignment.Index}]", assignment.Item)).FirstOrDefault(problem => problem is not null)
            ?? FindLeaseProblem("stop", response.Stop);

    public static string? FindProblem(HeartbeatResponse response) =>
        response.Leases is null ? "leases"
        : response.Leases.Index().Where(lease => !IsValid(lease.Item)).Select(lease => $"leases[{lease.Index}]").FirstOrDefault();

    public static string? FindProblem(AcknowledgeResponse response) => response.Statuses is null || response.Statuses.Contains(null!) ? "statuses" : null;

    public static string? FindProblem(ZipResponse response) => response.Data is { Length: > 0 } ? null : "data";

    private static bool IsValid(LeaseRenewal? lease) =>
        lease is { Status: not null } && Identifiers.IsId(lease.TaskId) && IsValidDuration(lease.LeaseMilliseconds);

    private static string? FindAssignmentProblem(string at, TaskAssignment? assignment)
    {
        var member = assignment is null ? ""
            : !IsValid(assignment.Lease) ? ".lease"
            : !IsValidDuration(assignment.LeaseMilliseconds) ? ".lease_milliseconds"
            : !Identifiers.IsId(assignment.ProjectId) ? ".project_id"
            : assignment.CodeName is null ? ".code_name"
            : assignment.Image is null ? ".image"
            : assignment.Payload is null ? ".payload"
            : assignment.EnvVars.ContainsValue(null!) ? ".env_vars"
            : assignment.RetryCount < 0 ? ".retry_count"
            : assignment.ScheduleId.Length > 0 && !Identifiers.IsId(assignment.ScheduleId) ? ".schedule_id"
            : assignment.Zip is { } zip && !IsValid(zip) ? ".zip"
            : null;
        return member is null ? null : at + member;
    }

    private static string? FindLeaseProblem(string at, IReadOnlyList<LeaseRef>? leases) =>
        leases is null ? at
        : leases.Index().Where(lease => !IsValid(lease.Item)).Select(lease => $"{at}[{lease.Index}]").FirstOrDefault();

    private static bool IsValid(LeaseRef? lease) =>
        lease is { Attempt: >= 1 } && Identifiers.IsId(lease.TaskId) && Identifiers.IsToken(lease.Token);

    private static bool IsValid(TaskZip zip) =>
        Identifiers.IsId(zip.CodeId) && zip is { Rev: >= 1, Size: > 0 } && Identifiers.IsHash(zip.Sha256);

    private static bool IsValidDuration(long milliseconds) => milliseconds is >= -MaxMilliseconds and <= MaxMilliseconds;
}
