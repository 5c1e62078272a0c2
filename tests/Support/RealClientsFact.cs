namespace OrleansHybrid.Support;

/// <summary>A test that installs a published client from its package registry: only where <c>HYBRID_REAL_CLIENTS=1</c> asks for it.</summary>
public sealed class RealClientsFactAttribute() : ConditionalFactAttribute(Need.Npm);
