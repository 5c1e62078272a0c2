using Microsoft.AspNetCore.Http.Extensions;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Silo.Api.Iron;

namespace OrleansHybrid.Silo.Web.Tasks;

/// <summary>One page of a project's tasks, newest first, and what they were narrowed to.</summary>
public sealed record TaskListModel
{
    /// <summary>The project.</summary>
    public required string ProjectId { get; init; }

    /// <summary>This phase only; null for any.</summary>
    public TaskPhase? Phase { get; init; }

    /// <summary>This code only; null for any.</summary>
    public string? CodeName { get; init; }

    /// <summary>Older than this task only; null for the newest.</summary>
    public TaskId? Before { get; init; }

    /// <summary>The tasks.</summary>
    public required IReadOnlyList<TaskState> Tasks { get; init; }

    /// <summary>True when there are more of them.</summary>
    public required bool HasOlder { get; init; }

    /// <summary>The list's own path.</summary>
    public string Path => $"/projects/{ProjectId}/tasks";

    /// <summary>True when not all tasks would be shown.</summary>
    public bool IsNarrowed => Phase is not null || CodeName is not null || Before is not null;

    /// <summary>The first page of the same.</summary>
    public string Newest => Path + Query(null);

    /// <summary>The next page of the same.</summary>
    public string Older => Path + Query(Tasks[^1].Id);

    private QueryString Query(TaskId? before)
    {
        var query = new QueryBuilder();
        Add("status", Phase is { } phase ? IronMapping.Name(phase) : null);
        Add("code", CodeName);
        Add("before", before?.Value);
        return query.ToQueryString();

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                query.Add(name, value);
            }
        }
    }
}
