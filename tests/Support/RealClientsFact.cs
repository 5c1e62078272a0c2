using Xunit;

namespace Orleans.Hybrid.Support;

/// <summary>A test that installs a published client from its package registry: only where <c>HYBRID_REAL_CLIENTS=1</c> asks for it.</summary>
public sealed class RealClientsFactAttribute : FactAttribute
{
    public RealClientsFactAttribute() => Skip = Environment.GetEnvironmentVariable("HYBRID_REAL_CLIENTS") == "1"
        ? null
        : "installs a published client: run with HYBRID_REAL_CLIENTS=1";
}
