using Xunit;

namespace Orleans.Hybrid.Support;

/// <summary>A test of several silos, which a database server holds together.</summary>
public sealed class TwoSilosFactAttribute : FactAttribute
{
    public TwoSilosFactAttribute() => Skip = PostgresServer.Missing;
}
