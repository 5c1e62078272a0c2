namespace OrleansHybrid.Silo.Web.Assets;

/// <summary>The page's stylesheet, script and icon.</summary>
internal static class AssetEndpoints
{
    public static void MapAssets(this WebApplication app)
    {
        foreach (var asset in (Asset[])[Asset.Style, Asset.Script, Asset.Icon])
        {
            app.MapGet(asset.Path, (HttpContext http) =>
            {
                http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                return Results.Bytes(asset.Content, asset.Type);
            });
        }
    }
}
