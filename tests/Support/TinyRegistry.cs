using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansHybrid.Support;

/// <summary>A registry on a loopback port with one image, <c>tiny:1</c>, that holds a single file.</summary>
public sealed class TinyRegistry : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";

    private readonly Dictionary<string, byte[]> _blobs = [];
    private readonly byte[] _manifest;
    private readonly WebApplication _app;

    private TinyRegistry()
    {
        var (layer, diffId) = CreateLayer();
        var config = JsonSerializer.SerializeToUtf8Bytes(new
        {
            architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64",
            os = "linux",
            config = new { },
            rootfs = new { type = "layers", diff_ids = new[] { diffId } },
        });
        _manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            mediaType = ManifestType,
            config = AddBlob(config, "application/vnd.docker.container.image.v1+json"),
            layers = new[] { AddBlob(layer, "application/vnd.docker.image.rootfs.diff.tar.gzip") },
        });

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>Host and port, as the first part of an image reference.</summary>
    public string Host => new Uri(_app.Urls.Single()).Authority;

    public string Digest => Sha256(_manifest);

    /// <summary>The login that may pull; null for everybody.</summary>
    public (string User, string Password)? Account { get; set; }

    /// <summary>The error that the registry answers instead of a manifest; null for none.</summary>
    public int? ManifestErrorStatus { get; set; }

    public static async Task<TinyRegistry> StartAsync()
    {
        var registry = new TinyRegistry();
        await registry._app.StartAsync();
        return registry;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static (byte[] Packed, string DiffId) CreateLayer()
    {
        using var plain = new MemoryStream();
        using (var tar = new TarWriter(plain, leaveOpen: true))
        {
            var file = new PaxTarEntry(TarEntryType.RegularFile, "hello") { DataStream = new MemoryStream([1, 2, 3]) };
            tar.WriteEntry(file);
        }

        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(plain.ToArray());
        }

        return (packed.ToArray(), Sha256(plain.ToArray()));
    }

    private static string Sha256(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    private object AddBlob(byte[] bytes, string type)
    {
        _blobs[Sha256(bytes)] = bytes;
        return new { mediaType = type, size = bytes.Length, digest = Sha256(bytes) };
    }

    private Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var last = path[(path.LastIndexOf('/') + 1)..];
        if (Account is { } account && context.Request.Headers.Authorization != Basic(account))
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"tiny\"";
            return SendErrorAsync(context, 401, "UNAUTHORIZED");
        }

        if (path == "/v2/")
        {
            return Task.CompletedTask;
        }

        if (path.Contains("/manifests/", StringComparison.Ordinal))
        {
            return ManifestErrorStatus is { } status ? SendErrorAsync(context, status, "TOOMANYREQUESTS")
                : path.StartsWith("/v2/tiny/", StringComparison.Ordinal) && (last == "1" || last == Digest)
                    ? SendAsync(context, _manifest, ManifestType)
                    : SendErrorAsync(context, 404, "MANIFEST_UNKNOWN");
        }

        return _blobs.TryGetValue(last, out var blob)
            ? SendAsync(context, blob, "application/octet-stream")
            : SendErrorAsync(context, 404, "BLOB_UNKNOWN");
    }

    private static string Basic((string User, string Password) account) =>
        $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{account.User}:{account.Password}"))}";

    private static Task SendErrorAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { errors = new[] { new { code, message = "refused" } } });
    }

    private static async Task SendAsync(HttpContext context, byte[] body, string type)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        context.Response.Headers["Docker-Content-Digest"] = Sha256(body);
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body);
        }
    }
}
