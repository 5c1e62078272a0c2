using System.Security.Cryptography;

namespace OrleansHybrid.Silo.Web.Assets;

/// <summary>
/// A file of the page, carried in the program; its address changes with its content, so that browsers may keep it.
/// </summary>
internal sealed class Asset
{
    public static readonly Asset Style = new("page.css", "text/css; charset=utf-8");
    public static readonly Asset Script = new("page.js", "text/javascript; charset=utf-8");
    public static readonly Asset Icon = new("icon.svg", "image/svg+xml");

    private Asset(string name, string type)
    {
        using var stream = typeof(Asset).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the file {name} is not in the program");
        Content = new byte[stream.Length];
        stream.ReadExactly(Content);
        (Path, Type) = ($"/assets/{name}", type);
        Url = $"{Path}?v={Convert.ToHexStringLower(SHA256.HashData(Content))[..12]}";
    }

    public string Path { get; }

    public string Url { get; }

    public string Type { get; }

    public byte[] Content { get; }
}
