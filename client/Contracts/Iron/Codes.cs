using System.Collections.ObjectModel;

namespace OrleansHybrid.Contracts.Iron;

/// <summary>The <c>data</c> part of <c>POST P/codes</c>: creates a code package, or adds a revision to it.</summary>
public sealed record NewCode
{
    /// <summary>Name of the code package; it may hold <c>/</c>, <c>:</c>, <c>.</c>, <c>-</c> and spaces.</summary>
    public required string Name { get; init; }

    /// <summary>Container image reference.</summary>
    public string? Image { get; init; }

    /// <summary>Command as <see cref="ShellWords"/> reads it; absent for the image's own.</summary>
    public string? Command { get; init; }

    /// <summary>Text that the program finds in <c>$CONFIG_FILE</c>, at most 64 KiB.</summary>
    public string? Config { get; init; }

    /// <summary>How many tasks of it may run at once; absent, 0 or less for no limit.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>How often a failed task is tried again, 0 to 10.</summary>
    public int? Retries { get; init; }

    /// <summary>How long to wait before each of these, in seconds.</summary>
    public int? RetriesDelay { get; init; }

    /// <summary>Priority of tasks that name none: 0, 1 or 2.</summary>
    public int? DefaultPriority { get; init; }

    /// <summary>Environment variables of the program.</summary>
    public IReadOnlyDictionary<string, string>? EnvVars { get; init; }

    /// <summary>How long a runner may not respond before its task is given to another, 10 to 86,400 seconds. An addition.</summary>
    public int? LeaseSeconds { get; init; }

    /// <summary>After how many lost runners a task ends in error, 1 to 100. An addition.</summary>
    public int? MaxLosses { get; init; }

    /// <summary>
    /// Only runners that have all of these labels are given its tasks; <c>gpu</c>, <c>zone=eu-1</c>; for tasks queued from then on. An addition.
    /// </summary>
    public IReadOnlyList<string>? RequiredLabels { get; init; }

    /// <summary>
    /// False for a program that must be the first process of its container; absent or true runs it under the engine's init process, which reaps
    /// children and passes signals on. An addition.
    /// </summary>
    public bool? Init { get; init; }

    /// <summary>Legacy: the hosted stack that a zip was made for.</summary>
    public string? Stack { get; init; }

    /// <summary>Legacy: the language that a zip was made for.</summary>
    public string? Runtime { get; init; }

    /// <summary>Legacy: the file in the zip that starts it.</summary>
    public string? FileName { get; init; }

    /// <summary>
    /// The signature that proves to runners with the same key that image, command, config and variables are the uploader's; ours. Made by
    /// <see cref="Sealing.InstructionSignature"/>.
    /// </summary>
    public string? Signature { get; init; }
}

/// <summary>Response to <see cref="NewCode"/>.</summary>
public sealed record UploadResponse
{
    /// <summary><c>Upload successful.</c></summary>
    public string Msg { get; init => field = value ?? ""; } = "";

    /// <summary>Code package id: 24 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>Number of the new revision, from 1.</summary>
    public int Rev { get; init; }

    /// <summary>Name of the code package.</summary>
    public string Name { get; init => field = value ?? ""; } = "";
}

/// <summary>A code package as the Iron API shows it; texts are empty when unset.</summary>
public sealed record CodeInfo
{
    /// <summary>Code package id: 24 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>The project that it belongs to: 24 hex digits.</summary>
    public string ProjectId { get; init => field = value ?? ""; } = "";

    /// <summary>Its name, unique in the project.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Number of the latest revision, from 1.</summary>
    public int Rev { get; init; }

    /// <summary>Id of the latest revision: 24 hex digits.</summary>
    public string LatestHistoryId { get; init => field = value ?? ""; } = "";

    /// <summary>When the latest revision came.</summary>
    public DateTimeOffset LatestChange { get; init; }

    /// <summary>MD5 of the latest zip in hex; empty when there is none.</summary>
    public string LatestChecksum { get; init => field = value ?? ""; } = "";

    /// <summary>Container image reference.</summary>
    public string Image { get; init => field = value ?? ""; } = "";

    /// <summary>Command as <see cref="ShellWords"/> reads it; empty for the image's own.</summary>
    public string Command { get; init => field = value ?? ""; } = "";

    /// <summary>Legacy: the hosted stack.</summary>
    public string Stack { get; init => field = value ?? ""; } = "";

    /// <summary>Legacy: the language.</summary>
    public string Runtime { get; init => field = value ?? ""; } = "";

    /// <summary>How many tasks of it may run at once; 0 for no limit, -1 while it is paused.</summary>
    public int MaxConcurrency { get; init; }

    /// <summary>How often a failed task is tried again.</summary>
    public int Retries { get; init; }

    /// <summary>How long to wait before each of these, in seconds.</summary>
    public int RetriesDelay { get; init; }

    /// <summary>Priority of tasks that name none.</summary>
    public int DefaultPriority { get; init; }

    /// <summary>The same number under its other published name.</summary>
    public int Priority { get; init; }

    /// <summary>Text that the program finds in <c>$CONFIG_FILE</c>.</summary>
    public string Config { get; init => field = value ?? ""; } = "";

    /// <summary>Environment variables of the program.</summary>
    public IReadOnlyDictionary<string, string> EnvVars
    {
        get;
        init => field = value ?? ReadOnlyDictionary<string, string>.Empty;
    } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>How long a runner may not respond before its task is given to another, in seconds. An addition.</summary>
    public int? LeaseSeconds { get; init; }

    /// <summary>After how many lost runners a task ends in error. An addition.</summary>
    public int? MaxLosses { get; init; }

    /// <summary>
    /// Only runners that have all of these labels are given its tasks; absent when it requires none. An addition.
    /// </summary>
    public IReadOnlyList<string>? RequiredLabels { get; init; }

    /// <summary>False when its program is the first process of its container; else absent. An addition.</summary>
    public bool? Init { get; init; }

    /// <summary>True while its waiting tasks are held. An addition.</summary>
    public bool? Paused { get; init; }

    /// <summary>The signature that proves who uploaded it; absent when it was not signed; ours.</summary>
    public string? Signature { get; init; }

    /// <summary><c>archived</c> once it was deleted, or empty.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it was archived.</summary>
    public DateTimeOffset ArchivedAt { get; init; }
}

/// <summary>Response to <c>GET P/codes</c>: one page.</summary>
public sealed record CodeList
{
    /// <summary>The code packages; empty behind the last page.</summary>
    public required IReadOnlyList<CodeInfo> Codes { get; init; }
}
