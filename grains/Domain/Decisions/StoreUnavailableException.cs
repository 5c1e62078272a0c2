using System.Data.Common;

namespace OrleansHybrid.Domain.Decisions;

/// <summary>The database can't be reached or does not answer: nothing was acknowledged, and trying again helps.</summary>
public sealed class StoreUnavailableException(string message, Exception inner) : DbException(message, inner)
{
    /// <inheritdoc />
    public override bool IsTransient => true;
}
