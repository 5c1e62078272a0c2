using System.Data.Common;
using System.Text.Json;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Labels;

namespace OrleansHybrid.Stores.Codes;

/// <summary>Code packages and their revisions, in either database, read from the view <c>code_states</c>.</summary>
internal sealed class CodeStore(IDatabase database) : ICodeStore
{
    public async Task<CodePackage> UploadAsync(
        string projectId, string newId, string name, CodeRevisionRecord revision, CancellationToken cancellationToken) =>
        (await database.WriteAsync(
            "code_upload", ReadCode, cancellationToken,
            ("project_id", projectId), ("name", name), ("new_id", newId), ("now", revision.CreatedAt.ToStored()),
            ("revision_id", revision.Id), ("image", revision.Image), ("command", revision.Command),
            ("config", revision.Config), ("env_vars", JsonSerializer.Serialize(revision.EnvVars)),
            ("retries", revision.Retries), ("retries_delay", revision.RetriesDelaySeconds),
            ("default_priority", revision.DefaultPriority), ("max_concurrency", revision.MaxConcurrency),
            ("lease_seconds", revision.LeaseSeconds), ("max_losses", revision.MaxLosses),
            ("stack", revision.Stack), ("runtime", revision.Runtime), ("file_name", revision.FileName),
            ("zip_size", revision.Zip?.Size ?? 0), ("md5", revision.Zip?.Md5 ?? ""),
            ("sha256", revision.Zip?.Sha256 ?? ""), ("signature", revision.Signature),
            ("required_labels", revision.RequiredLabels.Text), ("no_init", revision.NoInit ? 1 : 0)))[0];

    public async Task<CodePackage?> FindAsync(string projectId, string codeId, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            "code", ReadCode, cancellationToken, ("project_id", projectId), ("id", codeId))).SingleOrDefault();

    public async Task<CodePackage?> FindByNameAsync(string projectId, string name, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            "code_by_name", ReadCode, cancellationToken, ("project_id", projectId), ("name", name))).SingleOrDefault();

    public async Task<CodeRevisionRecord?> FindRevisionAsync(string codeId, int rev, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            "code_revision", ReadRevision, cancellationToken, ("code_id", codeId), ("rev", rev))).SingleOrDefault();

    public Task<IReadOnlyList<CodeRevisionRecord>> ListRevisionsAsync(
        string codeId, int page, int perPage, CancellationToken cancellationToken) => database.ReadAsync(
            "code_revisions", ReadRevision, cancellationToken, ("code_id", codeId), ("most", perPage), ("skip", page * perPage));

    public Task ArchiveAsync(string codeId, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        "code_archive", row => row.FieldCount, cancellationToken, ("now", now.ToStored()), ("id", codeId));

    public Task<IReadOnlyList<CodePackage>> ListAsync(
        string projectId, int page, int perPage, CancellationToken cancellationToken) => database.ReadAsync(
            "code_list", ReadCode, cancellationToken, ("project_id", projectId), ("most", perPage), ("skip", page * perPage));

    private static CodePackage ReadCode(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        ProjectId = row.GetString(1),
        Name = row.GetString(2),
        CreatedAt = row.GetTime(3),
        UpdatedAt = row.GetTime(4),
        ArchivedAt = row.GetTimeOrNull(5),
        Paused = row.GetBoolean(6),
        Current = ReadRevision(row),
    };

    private static CodeRevisionRecord ReadRevision(DbDataReader row) => new()
    {
        Id = row.GetString(7),
        Rev = row.GetInt32(8),
        Image = row.GetString(9),
        Command = row.GetString(10),
        Config = row.GetByteArrayOrNull(11),
        EnvVars = JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(12)) ?? [],
        Retries = row.GetInt32(13),
        RetriesDelaySeconds = row.GetInt32(14),
        DefaultPriority = row.GetInt32(15),
        MaxConcurrency = row.GetInt32(16),
        LeaseSeconds = row.GetInt32(17),
        MaxLosses = row.GetInt32(18),
        CreatedAt = row.GetTime(19),
        Stack = row.GetString(20),
        Runtime = row.GetString(21),
        FileName = row.GetString(22),
        Signature = row.GetString(27),
        RequiredLabels = LabelSet.Parse(row.GetString(28)),
        NoInit = row.GetInt32(29) != 0,
        Zip = row.GetInt64(23) is > 0 and var size ? new CodeZip(size, row.GetString(24), row.GetString(25)) : null,
    };
}
