namespace OrleansHybrid.Domain.History;

/// <summary>Reads all tasks of a database with their events, from one snapshot, and changes nothing.</summary>
public interface IHistoryStore
{
    /// <summary>Each task that has a row, an event or a log, by id. Throws <see cref="Decisions.StoreUnavailableException"/> when it can't be read.</summary>
    IAsyncEnumerable<TaskHistory> ReadAsync(CancellationToken cancellationToken);
}
