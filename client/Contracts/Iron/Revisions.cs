using System.Collections.ObjectModel;

namespace OrleansHybrid.Contracts.Iron;

/// <summary>One revision of a code package.</summary>
public sealed record CodeRevision
{
    /// <summary>Revision id: 24 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>Its code package: 24 hex digits.</summary>
    public string CodeId { get; init => field = value ?? ""; } = "";

    /// <summary>The project: 24 hex digits.</summary>
    public string ProjectId { get; init => field = value ?? ""; } = "";

    /// <summary>Name of the code package.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Revision number, from 1.</summary>
    public int Rev { get; init; }

    /// <summary>Container image reference.</summary>
    public string Image { get; init => field = value ?? ""; } = "";

    /// <summary>Command line; empty for the image's own.</summary>
    public string Command { get; init => field = value ?? ""; } = "";

    /// <summary>Text that the program finds in <c>$CONFIG_FILE</c>.</summary>
    public string Config { get; init => field = value ?? ""; } = "";

    /// <summary>Environment variables of the program.</summary>
    public IReadOnlyDictionary<string, string> EnvVars
    {
        get;
        init => field = value ?? ReadOnlyDictionary<string, string>.Empty;
    } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>How many tasks of it may run at once; 0 for no limit.</summary>
    public int MaxConcurrency { get; init; }

    /// <summary>How often a failed task is tried again.</summary>
    public int Retries { get; init; }

    /// <summary>How long to wait before each of these, in seconds.</summary>
    public int RetriesDelay { get; init; }

    /// <summary>Priority of tasks that name none.</summary>
    public int Priority { get; init; }

    /// <summary>
    /// Only runners that have all of these labels are given tasks that were queued when it was the latest; absent when it requires none. An addition.
    /// </summary>
    public IReadOnlyList<string>? RequiredLabels { get; init; }

    /// <summary>False when its program is the first process of its container; else absent. An addition.</summary>
    public bool? Init { get; init; }

    /// <summary>Legacy: the language.</summary>
    public string Runtime { get; init => field = value ?? ""; } = "";

    /// <summary>Legacy: the hosted stack.</summary>
    public string Stack { get; init => field = value ?? ""; } = "";

    /// <summary>Legacy: the file in the zip that starts it.</summary>
    public string FileName { get; init => field = value ?? ""; } = "";

    /// <summary>MD5 of the zip in hex; empty when there is none.</summary>
    public string Checksum { get; init => field = value ?? ""; } = "";

    /// <summary>Size of the zip, in bytes.</summary>
    public long CodeSize { get; init; }

    /// <summary>When it came.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Response to <c>GET P/codes/{id}/revisions</c>: one page.</summary>
public sealed record RevisionList
{
    /// <summary>The revisions; empty behind the last page.</summary>
    public required IReadOnlyList<CodeRevision> Revisions { get; init; }
}
