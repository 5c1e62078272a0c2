namespace OrleansHybrid.Bench.Raw;

/// <summary>A bare database with the product's schema, worked on by plain library calls.</summary>
internal interface IRawStore : IAsyncDisposable
{
    /// <summary>How many clients write one task at a time side by side.</summary>
    int Clients { get; }

    /// <summary>A connection with prepared statements.</summary>
    IRawClient Connect();
}

/// <summary>One client, for one thread: each call is one transaction on disk, <see cref="ClaimAndFinish"/> two.</summary>
internal interface IRawClient : IDisposable
{
    /// <summary>Adds one task to a lane.</summary>
    void QueueOne(long lane);

    /// <summary>Adds tasks to a lane.</summary>
    void QueueMany(long lane, int tasks);

    /// <summary>Leases the first tasks of a lane, then ends them; answers how many there were.</summary>
    int ClaimAndFinish(long lane, int max);

    /// <summary>Commits one narrow row.</summary>
    void Commit();
}
