namespace OrleansHybrid.Domain.Codes;

/// <summary>The rows of code packages. Throws <see cref="Decisions.StoreUnavailableException"/> when the database is unavailable.</summary>
public interface ICodeStore
{
    /// <summary>Stores a revision, as the first of a new code with the given id or as the next of the code with that name.</summary>
    Task<CodePackage> UploadAsync(string projectId, string newId, string name, CodeRevisionRecord revision, CancellationToken cancellationToken);

    /// <summary>The code; null when the project has none of that id.</summary>
    Task<CodePackage?> FindAsync(string projectId, string codeId, CancellationToken cancellationToken);

    /// <summary>The code; null when the project has none of that name.</summary>
    Task<CodePackage?> FindByNameAsync(string projectId, string name, CancellationToken cancellationToken);

    /// <summary>One revision, which never changes; null when there is none.</summary>
    Task<CodeRevisionRecord?> FindRevisionAsync(string codeId, int rev, CancellationToken cancellationToken);

    /// <summary>A page of a code's revisions, newest first.</summary>
    Task<IReadOnlyList<CodeRevisionRecord>> ListRevisionsAsync(string codeId, int page, int perPage, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes: the code is no longer listed or found by its name, which is free for another. Found by its id it stays, as
    /// archived, and so do its tasks, also those that wait.
    /// </summary>
    Task ArchiveAsync(string codeId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>A page of a project's codes, newest first, without archived ones.</summary>
    Task<IReadOnlyList<CodePackage>> ListAsync(string projectId, int page, int perPage, CancellationToken cancellationToken);
}
