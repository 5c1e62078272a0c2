namespace Orleans.Hybrid.Domain.Codes;

/// <summary>The rows of code packages. Throws <see cref="Steps.StoreUnavailableException"/> when the database is away.</summary>
public interface ICodeStore
{
    /// <summary>Stores a revision, as the first of a new code with the given id or as the next of the code with that name.</summary>
    Task<CodePackage> UploadAsync(string projectId, string newId, string name, CodeRevision revision, CancellationToken cancel);

    /// <summary>The code; null when the project has none of that id.</summary>
    Task<CodePackage?> FindAsync(string projectId, string codeId, CancellationToken cancel);

    /// <summary>The code; null when the project has none of that name.</summary>
    Task<CodePackage?> FindByNameAsync(string projectId, string name, CancellationToken cancel);

    /// <summary>One revision, which never changes; null when there is none.</summary>
    Task<CodeRevision?> FindRevisionAsync(string codeId, int rev, CancellationToken cancel);

    /// <summary>A page of a project's codes, newest first.</summary>
    Task<IReadOnlyList<CodePackage>> ListAsync(string projectId, int page, int perPage, CancellationToken cancel);
}
