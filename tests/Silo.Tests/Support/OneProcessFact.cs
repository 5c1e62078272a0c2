using Orleans.Hybrid.Silo.Engines;
using Orleans.Hybrid.Support;

namespace Orleans.Hybrid.Silo.Tests.Support;

/// <summary>A test of the engine for one process on a database server that others could reach, too.</summary>
public sealed class OneProcessFactAttribute : FactAttribute
{
    public OneProcessFactAttribute() => Skip = GrainEngineSetup.Name == "Local"
        ? PostgresServer.Missing
        : "is about the engine for one process";
}
