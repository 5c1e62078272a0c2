namespace OrleansHybrid.Silo;

/// <summary>What this program is called and which version it is.</summary>
internal static class ProductInfo
{
    /// <summary>The version, without build data.</summary>
    public static string Version { get; } = typeof(ProductInfo).Assembly.GetName().Version!.ToString(3);
}
