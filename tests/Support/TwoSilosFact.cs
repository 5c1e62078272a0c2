using Xunit;

namespace Orleans.Hybrid.Support;

/// <summary>A test of several silos: Orleans carries them, and a database server holds them together.</summary>
public sealed class TwoSilosFactAttribute : FactAttribute
{
#if ORLEANS_ENGINE
    private const bool IsOrleans = true;
#else
    private const bool IsOrleans = false;
#endif

    public TwoSilosFactAttribute() =>
        Skip = IsOrleans ? PostgresServer.Missing : "needs two silos: run where Orleans restores";
}
