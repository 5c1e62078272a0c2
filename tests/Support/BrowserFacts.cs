namespace OrleansHybrid.Support;

/// <summary>A fact about the web page in a real browser.</summary>
public sealed class BrowserFactAttribute() : ConditionalFactAttribute(Need.Browser);
