using OrleansHybrid.Domain.Labels;

namespace OrleansHybrid.Domain.Codes;

/// <summary>A code package: a name, and the revision that tasks queued now will run.</summary>
public sealed record CodePackage
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The project that it belongs to.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The name, unique in the project.</summary>
    public required string Name { get; init; }

    /// <summary>The current revision.</summary>
    public required CodeRevisionRecord Current { get; init; }

    /// <summary>When the first revision was uploaded.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the current revision was uploaded.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it was deleted: its name is free since, its tasks stay; null while it is there.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>True while its waiting tasks are held.</summary>
    public bool Paused { get; init; }
}

/// <summary>One upload of a code package; it never changes.</summary>
public sealed record CodeRevisionRecord
{
    /// <summary>The id of this upload.</summary>
    public required string Id { get; init; }

    /// <summary>The revision's number, from 1; 0 until the store has given one.</summary>
    public int Rev { get; init; }

    /// <summary>Container image reference.</summary>
    public required string Image { get; init; }

    /// <summary>Command line, split on white space; empty for the image's own.</summary>
    public string Command { get; init; } = "";

    /// <summary>The config of each task; null when there is none.</summary>
    public byte[]? Config { get; init; }

    /// <summary>Environment variables for each task.</summary>
    public IReadOnlyDictionary<string, string> EnvVars { get; init; } = new Dictionary<string, string>();

    /// <summary>How many automatic retries may follow an error, 0 to 10.</summary>
    public int Retries { get; init; }

    /// <summary>How long an automatic retry waits, in seconds.</summary>
    public int RetriesDelaySeconds { get; init; }

    /// <summary>The priority of tasks that name none.</summary>
    public int DefaultPriority { get; init; }

    /// <summary>How many tasks may be leased at the same time, over all clusters; 0 for no limit.</summary>
    public int MaxConcurrency { get; init; }

    /// <summary>How long a confirmed lease holds without renewal, in seconds.</summary>
    public int LeaseSeconds { get; init; } = Tasks.LeasePolicy.DefaultLeaseSeconds;

    /// <summary>After how many lost leases a task ends in error.</summary>
    public int MaxLosses { get; init; } = Tasks.LeasePolicy.DefaultMaxLosses;

    /// <summary>The labels that a runner must have to be given its tasks: as it was when a task was queued.</summary>
    public LabelSet RequiredLabels { get; init; } = LabelSet.None;

    /// <summary>Legacy: the hosted stack that it was made for, or empty.</summary>
    public string Stack { get; init; } = "";

    /// <summary>Legacy: the language that starts it, or empty.</summary>
    public string Runtime { get; init; } = "";

    /// <summary>Legacy: the file in the zip that is started, or empty.</summary>
    public string FileName { get; init; } = "";

    /// <summary>The files that come with the image; null when there are none.</summary>
    public CodeZip? Zip { get; init; }

    /// <summary>The signature that proves to runners who uploaded this, as it came; empty when it was not signed.</summary>
    public string Signature { get; init; } = "";

    /// <summary>True when its program is to be the first process of its container, without the engine's init process.</summary>
    public bool NoInit { get; init; }

    /// <summary>When it was uploaded.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A zip as stored: its size in bytes and two hashes of it in lower-case hex, the one published and a good one.</summary>
public sealed record CodeZip(long Size, string Md5, string Sha256);
