namespace OrleansHybrid.Support;

/// <summary>A trial of minutes: only where <c>HYBRID_LONG_TESTS=1</c> asks for it.</summary>
public sealed class LongFactAttribute() : ConditionalFactAttribute(Need.Time);

/// <summary>The same on PostgreSQL.</summary>
public sealed class LongPostgresFactAttribute() : ConditionalFactAttribute(Need.Time, Need.Postgres);
