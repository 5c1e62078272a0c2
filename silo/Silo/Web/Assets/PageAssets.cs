using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace OrleansHybrid.Silo.Web.Assets;

/// <summary>
/// The page's stylesheet, script and icon, carried in the program; their addresses change with their content, so that browsers may keep them.
/// </summary>
internal static class PageAssets
{
    private const string Folder = "/assets";

    private static readonly EmbeddedFileProvider Files = new(typeof(PageAssets).Assembly, "assets");

    public static readonly string Style = Url("page.css");
    public static readonly string Script = Url("page.js");
    public static readonly string Icon = Url("icon.svg");

    /// <summary>Serves them to anybody.</summary>
    public static void UsePageAssets(this WebApplication app) => app.UseStaticFiles(new StaticFileOptions
    {
        FileProvider = Files,
        RequestPath = Folder,
        ContentTypeProvider = new FileExtensionContentTypeProvider(new Dictionary<string, string>
        {
            [".css"] = "text/css; charset=utf-8",
            [".js"] = "text/javascript; charset=utf-8",
            [".svg"] = "image/svg+xml",
        }),
        OnPrepareResponse = response => response.Context.Response.Headers.CacheControl = "public, max-age=31536000, immutable",
    });

    private static string Url(string name)
    {
        using var content = Files.GetFileInfo(name).CreateReadStream();
        return $"{Folder}/{name}?v={Convert.ToHexStringLower(SHA256.HashData(content))[..12]}";
    }
}
