namespace OrleansHybrid.Support;

/// <summary>A fact that only root can establish.</summary>
public sealed class RootFactAttribute() : ConditionalFactAttribute(Need.Root);

/// <summary>A theory that only root can establish.</summary>
public sealed class RootTheoryAttribute() : ConditionalTheoryAttribute(Need.Root);
