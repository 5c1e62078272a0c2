using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Clusters;

namespace OrleansHybrid.Silo.Api.RunnerProtocol;

/// <summary>Maps the types of the runner protocol to domain values and back; the only place that does.</summary>
internal static class RunnerMapping
{
    private const int TokenLength = 32;
    private const int MaxChunkBytes = 1 << 20;
    private const int MaxMessageLength = 1024;

    /// <summary>A poll, wanting no more than the runner has slots.</summary>
    public static Poll Poll(ClaimRequest request, RunnerSession session) => request switch
    {
        _ when !IsToken(request.ClaimKey) => throw new ApiException("claim_key must be 32 hex digits"),
        { Wanted: < 0 } => throw new ApiException("wanted must be 0 or more"),
        _ => new Poll
        {
            SessionId = session.Id,
            ClaimKey = request.ClaimKey,
            Wanted = Math.Min(request.Wanted, session.Slots),
            Labels = session.Labels,
        },
    };

    /// <summary>The keys that a runner says it has.</summary>
    public static IReadOnlyList<string> ReportedKeys(IReadOnlyList<string> ids) =>
        ids.Count <= DecryptionKeys.MaxCount && ids.All(id => KeyIds.IsValid(id))
            ? [.. ids.Order(StringComparer.Ordinal)]
            : throw new ApiException($"key_ids must be at most {DecryptionKeys.MaxCount} ids of 16 hex digits each");

    /// <summary>The labels that a runner says it has.</summary>
    public static LabelSet ReportedLabels(IReadOnlyList<string> labels) => RunnerLabels.AreValid(labels)
        ? LabelSet.Of(labels)
        : throw new ApiException($"labels {RunnerLabels.Rule}");

    /// <summary>A lease of this session.</summary>
    public static LeaseFence Fence(LeaseRef? lease, string sessionId) =>
        lease is { Attempt: > 0 } && TaskId.TryParse(lease.TaskId, out var task) && IsToken(lease.Token)
            ? new LeaseFence(task, lease.Attempt, lease.Token, sessionId)
            : throw new ApiException(
                "A lease must have task_id (24 hex digits), attempt (from 1) and token (32 hex digits)");

    /// <summary>A lease as runners name it.</summary>
    public static LeaseRef ToContract(LeaseFence lease) =>
        new() { TaskId = lease.Task.Value, Attempt = lease.Attempt, Token = lease.Token };

    /// <summary>The zip that a task needs.</summary>
    public static TaskZip ToContract(TaskSpec spec, CodeRevisionRecord revision, CodeZip zip) => new()
    {
        CodeId = spec.CodeId,
        Rev = revision.Rev,
        Size = zip.Size,
        Sha256 = zip.Sha256,
        FileName = revision.FileName,
        Runtime = revision.Runtime,
    };

    /// <summary>A runner's report about one lease.</summary>
    public static Renewal Renewal(LeaseReport? report, string sessionId) => new()
    {
        Fence = Fence(report?.Lease, sessionId),
        Phase = report!.Phase switch
        {
            "waiting" => TaskPhase.Queued,
            "preparing" => TaskPhase.Preparing,
            "running" => TaskPhase.Running,
            _ => throw new ApiException("phase must be waiting, preparing or running"),
        },
        Percent = report.Percent is { } percent ? Math.Clamp(percent, 0, 100) : null,
        Message = report.Message is { } message ? Truncate(message) : null,
        Digest = report.Digest is { } digest ? Truncate(digest) : null,
    };

    /// <summary>The result of a renewal.</summary>
    public static LeaseRenewal ToContract(Renewal renewal, LeaseRenewalResult renewed) => new()
    {
        TaskId = renewal.Fence.Task.Value,
        Status = renewed switch { { ValidFor: null } => "lost", { Stopping: true } => "stop", _ => "renewed" },
        LeaseMilliseconds = (long)(renewed.ValidFor ?? TimeSpan.Zero).TotalMilliseconds,
    };

    /// <summary>Some bytes of a log.</summary>
    public static LogAppend Append(LogUploadChunk? piece, string sessionId) => piece switch
    {
        null or { Offset: < 0 } => throw new ApiException("A piece must have lease, offset (from 0) and data"),
        { Data.Length: > MaxChunkBytes } =>
            throw new ApiException($"data must be at most {MaxChunkBytes} bytes long"),
        _ => new LogAppend(Fence(piece.Lease, sessionId), piece.Offset, piece.Data, Runs(piece)),
    };

    /// <summary>How an attempt ended.</summary>
    public static FinishReport Finished(TaskResult? result, string sessionId, TaskId retryId) => new(
        Fence(result?.Lease, sessionId),
        new TaskOutcome
        {
            Phase = result!.Status switch
            {
                "complete" => TaskPhase.Complete,
                "error" => TaskPhase.Error,
                "timeout" => TaskPhase.Timeout,
                "cancelled" => TaskPhase.Cancelled,
                _ => throw new ApiException("status must be complete, error, timeout or cancelled"),
            },
            Message = Truncate(result.Message),
            ExitCode = result.ExitCode,
            DurationMilliseconds = Math.Max(0, result.DurationMilliseconds),
            Retryable = result.Retryable,
            Digest = Truncate(result.Digest ?? ""),
            Percent = result.Progress?.Percent is { } percent ? Math.Clamp(percent, 0, 100) : null,
            Progress = result.Progress?.Message is { } said ? Truncate(said) : null,
        },
        retryId);

    /// <summary>The result for each item; 409 when none of the leases is the runner's any more.</summary>
    public static RunnerReply<AcknowledgeResponse> Report(IReadOnlyList<Transition<TaskState>> steps) =>
        Report([.. steps.Select(step => step.Error is null ? LogAppendResult.Accepted : LogAppendResult.Stale)]);

    /// <summary>The result for each item; 409 when none of the leases is the runner's any more.</summary>
    public static RunnerReply<AcknowledgeResponse> Report(IReadOnlyList<LogAppendResult> answers)
    {
        var stale = answers.Count > 0 && answers.All(answer => answer == LogAppendResult.Stale);
        var report = new AcknowledgeResponse { Statuses = [.. answers.Select(ToContract)] };
        return RunnerReplies.Of(report, stale ? StatusCodes.Status409Conflict : StatusCodes.Status200OK);
    }

    /// <summary>A runner's text for a column: bounded, and without the one character that none can hold.</summary>
    public static string Truncate(string text)
    {
        var length = text.Length <= MaxMessageLength ? text.Length
            : char.IsHighSurrogate(text[MaxMessageLength - 1]) ? MaxMessageLength - 1
            : MaxMessageLength;
        return text[..length].Replace('\0', '\uFFFD');
    }

    private static int[]? Runs(LogUploadChunk piece) => piece.Runs switch
    {
        null => null,
        { Length: > LogUploadChunk.MaxRuns } => throw new ApiException($"runs must be at most {LogUploadChunk.MaxRuns} numbers"),
        { } runs when runs.Index().Any(run => run.Item < 0 || run is { Index: > 0, Item: 0 }) =>
            throw new ApiException("runs must be positive, and only the first may be 0"),
        { } runs when runs.Sum(run => (long)run) != piece.Data.Length =>
            throw new ApiException($"runs must add up to the length of data, {piece.Data.Length}"),
        { Length: 0 or 1 } => null,
        { } runs => runs,
    };

    private static bool IsToken(string text) => text.Length == TokenLength && text.All(char.IsAsciiHexDigit);

    private static string ToContract(LogAppendResult answer) => answer switch
    {
        LogAppendResult.Accepted => "accepted",
        LogAppendResult.Stale => "stale",
        LogAppendResult.Full => "full",
        _ => throw new InvalidOperationException($"append result {answer}"),
    };
}
