namespace OrleansHybrid.Abstractions.Runners;

/// <summary>The zip that a task needs in its folder, to be fetched with <see cref="ZipRequest"/>s before it may start.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.task-zip")]
public sealed record TaskZip
{
    /// <summary>The code package: 24 hex digits. With <see cref="Rev"/> it names bytes that never change.</summary>
    [Id(0)]
    public required string CodeId { get; init; }

    /// <summary>Revision number, from 1.</summary>
    [Id(1)]
    public required int Rev { get; init; }

    /// <summary>Size in bytes.</summary>
    [Id(2)]
    public required long Size { get; init; }

    /// <summary>SHA-256 of the bytes, 64 lower-case hex digits: a runner unpacks nothing else.</summary>
    [Id(3)]
    public required string Sha256 { get; init; }

    /// <summary>Legacy: the file in the zip that is started when the code has no command, or empty.</summary>
    [Id(4)]
    public string FileName { get; init => field = value ?? ""; } = "";

    /// <summary>Legacy: the language that starts it, or empty.</summary>
    [Id(5)]
    public string Runtime { get; init => field = value ?? ""; } = "";
}

/// <summary>
/// Body of <c>POST /runner/v1/zip</c>: some bytes of the zip of a task that the session has a live lease of. 409 when it
/// has not; 404 when the task's revision has no zip.
/// </summary>
[GenerateSerializer, Immutable, Alias("hybrid.zip-request")]
public sealed record ZipRequest
{
    /// <summary>The lease.</summary>
    [Id(0)]
    public required LeaseRef Lease { get; init; }

    /// <summary>Where the bytes begin, from 0 to less than the zip's size.</summary>
    [Id(1)]
    public required long Offset { get; init; }
}

/// <summary>Response to <see cref="ZipRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.zip-response")]
public sealed record ZipResponse
{
    /// <summary>At least one byte, at most 1 MiB; the next request begins behind them.</summary>
    [Id(0)]
    public required byte[] Data { get; init; }
}
