using System.Globalization;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Tasks;
using Wire = OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Silo.Api.Iron;

/// <content>Tasks.</content>
internal static partial class IronMapping
{
    /// <summary>One entry of a queue request, before its names are looked up.</summary>
    public static EnqueueTaskCommand ReadTask(IronJsonReader task, int payloadLimit) => new()
    {
        FieldPrefix = task.FieldPrefix,
        CodeName = task.RequiredText("code_name", MaxNameLength),
        Payload = task.Bytes("payload", payloadLimit) ?? [],
        Priority = task.Number("priority"),
        Timeout = task.Number("timeout"),
        DelaySeconds = (int)(task.WholeNumber("delay", 0, TaskSpec.MaxDelaySeconds) ?? 0),
        Cluster = ClusterIn(task),
        Label = task.Text("label", MaxNameLength) ?? "",
        Title = task.Text("title", MaxNameLength) ?? "",
        RequiredLabels = ReadLabels(task) ?? LabelSet.None,
        Keys = [.. KeysOf(task)],
    };

    /// <summary>The cluster that an entry names, by id or name; null for the project's default.</summary>
    public static string? ClusterIn(IronJsonReader entry) =>
        entry.Text("cluster", MaxNameLength) is { } cluster and not "default" ? cluster : null;

    /// <summary>The specification of a task, from what was asked and what its code and cluster say.</summary>
    public static TaskSpec CreateSpec(EnqueueTaskCommand command, CodePackage code, ClusterSettings cluster)
    {
        var terms = TaskDefaults.Of(code, cluster);
        var labels = terms.RequiredLabels.Union(command.RequiredLabels);
        return labels.ToList().Count > RunnerLabels.MaxCount
            ? throw new ApiException(
                $"{command.FieldPrefix}{RequiredLabels}: with those of the code package they are more than {RunnerLabels.MaxCount}")
            : terms.CreateSpec(code.ProjectId, cluster.Id, code.Name, command.Priority, command.Timeout) with
            {
                DelaySeconds = command.DelaySeconds,
                Label = command.Label,
                Title = command.Title,
                RequiredLabels = labels,
            };
    }

    /// <summary>
    /// A task; <paramref name="revision"/> is that of its code, null when it can't be found, and <paramref name="missing"/> what keeps
    /// it waiting.
    /// </summary>
    public static Wire.TaskInfo ToContract(StoredTask task, CodeRevisionRecord? revision, LabelSet missing)
    {
        var (state, spec) = (task.State, task.State.Spec);
        return new Wire.TaskInfo
        {
            Id = state.Id.Value,
            ProjectId = spec.ProjectId,
            CodeId = spec.CodeId,
            CodeHistoryId = revision?.Id ?? "",
            CodeName = spec.CodeName,
            CodeRev = spec.CodeRev.ToString(CultureInfo.InvariantCulture),
            Status = ToContract(state.Phase),
            Msg = state.Message,
            Priority = spec.Priority,
            Timeout = spec.TimeoutSeconds,
            Delay = spec.DelaySeconds,
            Payload = TextOf(task.Payload),
            Cluster = spec.ClusterId,
            Label = spec.Label,
            Title = spec.Title.Length > 0 ? spec.Title : null,
            ScheduleId = spec.ScheduleId,
            CreatedAt = state.CreatedAt,
            UpdatedAt = state.UpdatedAt,
            StartTime = state.StartedAt ?? DateTimeOffset.MinValue,
            EndTime = state.EndedAt ?? DateTimeOffset.MinValue,
            Duration = state.DurationMilliseconds,
            RunTimes = state.Attempt,
            Percent = state.Percent,
            LogSize = state.LogSize,
            RetryCount = state.RetryCount,
            OriginalTaskId = (state.RetryOf ?? state.OriginalId)?.Value,
            RetryTaskId = state.RetryId?.Value,
            Phase = PhaseOf(state),
            ExitCode = state.ExitCode,
            Attempt = state.Attempt,
            ImageDigest = state.Digest.Length > 0 ? state.Digest : null,
            RequiredLabels = ToContract(spec.RequiredLabels),
            MissingLabels = ToContract(missing),
        };
    }

    /// <summary>One attempt at a task.</summary>
    public static Wire.TaskAttempt ToContract(TaskAttemptRecord attempt) => new()
    {
        Attempt = attempt.Number,
        RunnerId = attempt.SessionId,
        RunnerName = attempt.RunnerName,
        ClaimedAt = attempt.ClaimedAt,
        EndedAt = attempt.EndedAt,
        Outcome = attempt.Outcome,
        Msg = attempt.Message,
    };

    /// <summary>A task's phase, which is finer than its status.</summary>
    public static string PhaseOf(TaskState task) => task switch
    {
        { Phase: TaskPhase.Queued, Lease: not null } => "claimed",
        { Phase: TaskPhase.Cancelled, Lease: not null } => "stopping",
        _ => Name(task.Phase),
    };

    private static IEnumerable<DeduplicationKey> KeysOf(IronJsonReader task)
    {
        if (task.Text("idempotency_key", DeduplicationKey.MaxLength) is { } same)
        {
            yield return new DeduplicationKey(DeduplicationKeyKind.Idempotency, same);
        }

        if (task.Text("unique_key", DeduplicationKey.MaxLength) is { } unique)
        {
            yield return new DeduplicationKey(DeduplicationKeyKind.Unique, unique);
        }
    }

    /// <summary>True once the program ran, or left a log all the same.</summary>
    public static bool HasLog(TaskState task) =>
        task is { Phase: TaskPhase.Running or TaskPhase.Complete or TaskPhase.Timeout }
        || task.StartedAt is not null
        || task.ExitCode is not null
        || task.LogSize > 0;
}
