namespace OrleansHybrid.Bench.Scenarios;

/// <summary>The same work done both ways, a round at a time.</summary>
internal interface IComparison : IDisposable
{
    /// <summary>A round over HTTP; answers tasks a second.</summary>
    Task<double> RunSiloAsync();

    /// <summary>A round on the bare database; answers tasks a second.</summary>
    Task<double> RunRawAsync();
}
