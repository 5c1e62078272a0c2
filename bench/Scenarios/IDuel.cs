namespace OrleansHybrid.Bench.Scenarios;

/// <summary>The same work done both ways, a round at a time.</summary>
internal interface IDuel : IDisposable
{
    /// <summary>A round over HTTP; answers tasks a second.</summary>
    Task<double> OursAsync();

    /// <summary>A round on the bare database; answers tasks a second.</summary>
    Task<double> RawAsync();
}
