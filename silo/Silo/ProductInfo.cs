namespace OrleansHybrid.Silo;

/// <summary>The name and version of this program.</summary>
internal static class ProductInfo
{
    /// <summary>The version, without build data.</summary>
    public static string Version { get; } = typeof(ProductInfo).Assembly.GetName().Version!.ToString(3);
}
