namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>A test that looks into the silo's SQLite file; skipped where silos have PostgreSQL databases.</summary>
public sealed class SqliteFileFactAttribute : FactAttribute
{
    public SqliteFileFactAttribute() => Skip = TestSilo.OnPostgres ? "looks into the SQLite file" : null;
}
