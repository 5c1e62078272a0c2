namespace OrleansHybrid.Silo;

/// <summary>What this program is called and which version it is.</summary>
internal static class Product
{
    /// <summary>The version, without build data.</summary>
    public static string Version { get; } = typeof(Product).Assembly.GetName().Version!.ToString(3);
}
