namespace OrleansHybrid.Support;

/// <summary>A test of several silos, which a database server holds together.</summary>
public sealed class TwoSilosFactAttribute() : ConditionalFactAttribute(Need.Postgres);
