using System.Data.Common;
using System.Text.Json;
using Orleans.Hybrid.Domain.Codes;

namespace Orleans.Hybrid.Stores.Codes;

/// <summary>Code packages and their revisions, in either database.</summary>
internal sealed class CodeStore(IDatabase database) : ICodeStore
{
    public async Task<CodePackage> UploadAsync(
        string projectId, string newId, string name, CodeRevision revision, CancellationToken cancel) =>
        (await database.WriteAsync(
            "code_upload", ReadCode, cancel,
            ("project_id", projectId), ("name", name), ("new_id", newId), ("now", revision.CreatedAt.Stored()),
            ("revision_id", revision.Id), ("image", revision.Image), ("command", revision.Command),
            ("config", revision.Config), ("env_vars", JsonSerializer.Serialize(revision.EnvVars)),
            ("retries", revision.Retries), ("retries_delay", revision.RetriesDelaySeconds),
            ("default_priority", revision.DefaultPriority), ("max_concurrency", revision.MaxConcurrency),
            ("lease_seconds", revision.LeaseSeconds), ("max_losses", revision.MaxLosses)))[0];

    public async Task<CodePackage?> FindAsync(string projectId, string codeId, CancellationToken cancel) =>
        (await database.ReadAsync(
            "code", ReadCode, cancel, ("project_id", projectId), ("id", codeId))).SingleOrDefault();

    public async Task<CodePackage?> FindByNameAsync(string projectId, string name, CancellationToken cancel) =>
        (await database.ReadAsync(
            "code_by_name", ReadCode, cancel, ("project_id", projectId), ("name", name))).SingleOrDefault();

    public async Task<CodeRevision?> FindRevisionAsync(string codeId, int rev, CancellationToken cancel) =>
        (await database.ReadAsync(
            "code_revision", row => ReadRevision(row, 0), cancel, ("code_id", codeId), ("rev", rev))).SingleOrDefault();

    public Task<IReadOnlyList<CodePackage>> ListAsync(
        string projectId, int page, int perPage, CancellationToken cancel) => database.ReadAsync(
            "code_list", ReadCode, cancel, ("project_id", projectId), ("most", perPage), ("skip", page * perPage));

    private static CodePackage ReadCode(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        ProjectId = row.GetString(1),
        Name = row.GetString(2),
        CreatedAt = row.Time(3),
        UpdatedAt = row.Time(4),
        Current = ReadRevision(row, 5),
    };

    private static CodeRevision ReadRevision(DbDataReader row, int first) => new()
    {
        Id = row.GetString(first),
        Rev = row.GetInt32(first + 1),
        Image = row.GetString(first + 2),
        Command = row.GetString(first + 3),
        Config = row.BytesOrNull(first + 4),
        EnvVars = JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(first + 5)) ?? [],
        Retries = row.GetInt32(first + 6),
        RetriesDelaySeconds = row.GetInt32(first + 7),
        DefaultPriority = row.GetInt32(first + 8),
        MaxConcurrency = row.GetInt32(first + 9),
        LeaseSeconds = row.GetInt32(first + 10),
        MaxLosses = row.GetInt32(first + 11),
        CreatedAt = row.Time(first + 12),
    };
}
