using Orleans.Hybrid.Silo.Engines;
using Orleans.Hybrid.Support;

namespace Orleans.Hybrid.Silo.Tests.Support;

/// <summary>A test of several silos: Orleans carries them, and a database server holds them together.</summary>
public sealed class TwoSilosFactAttribute : FactAttribute
{
    public TwoSilosFactAttribute() => Skip = GrainEngineSetup.Name == "Orleans"
        ? PostgresServer.Missing
        : "needs two silos: run where Orleans restores";
}
