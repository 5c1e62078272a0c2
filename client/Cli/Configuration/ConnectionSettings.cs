using System.Globalization;
using System.Net;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Sealing;

namespace OrleansHybrid.Cli.Configuration;

/// <summary>Address and credentials, merged from all sources in the published order.</summary>
internal sealed record ConnectionSettings
{
    private readonly IronSettings _settings;

    private ConnectionSettings(IronSettings settings) => _settings = settings;

    /// <summary>The cluster for tasks that name none; null for the server's own default.</summary>
    public string? Cluster { get; private init; }

    /// <summary>Reads files and variables; <paramref name="flags"/> beat them all.</summary>
    public static ConnectionSettings Resolve(CliConsole console, IronSettings flags, string? environment, string? connection)
    {
        var here = IronFile.Read(Path.Combine(console.WorkingFolder, "iron.json"), environment);
        var home = IronFile.Read(Path.Combine(console.HomeFolder, ".iron.json"), environment);
        if (environment is not null && here is null && home is null)
        {
            throw new CliException(
                ExitCodes.ConfigError, $"neither ./iron.json nor ~/.iron.json has the environment {environment}");
        }

        var nothing = new IronSettings();
        var stated = flags
            .WithFallback(here ?? nothing)
            .WithFallback(IronSettings.FromVariables(console.GetVariable, "IRON_WORKER_"))
            .WithFallback(IronSettings.FromVariables(console.GetVariable, "IRON_"))
            .WithFallback(home ?? nothing);
        if ((connection ?? console.GetVariable("HYBRID_CONNECTION")) is not { } path)
        {
            return new ConnectionSettings(stated);
        }

        // Its address is one whole, and its cluster is known there only.
        var file = ConnectionFile.Read(console, path);
        return stated.Host is null
            ? new ConnectionSettings(stated.WithFallback(file.Settings)) { Cluster = file.ClusterId }
            : new ConnectionSettings(stated.WithFallback(file.Settings with { Host = null, Port = null, Scheme = null }));
    }

    public HybridClient CreateClient(CliConsole console, bool verbose, EncryptionKey? key = null, SealMode sealMode = SealMode.Envelope)
    {
        var token = _settings.Token ?? throw new CliException(
            ExitCodes.ConfigError,
            "no token: set IRON_TOKEN, put one into iron.json, or name a connection file with --connection");
        var options = new HybridClientOptions
        {
            BaseUrl = BuildUrl(),
            Token = token.Trim(),
            ProjectId = _settings.ProjectId ?? "",
            ApiVersion = _settings.ApiVersion ?? "2",
            EncryptionKey = key,
            SealMode = sealMode,
            AllowHttp = console.GetVariable("ALLOW_HTTP") == "1",
            TimeProvider = console.TimeProvider,
        };
        var connections = HybridClient.CreateHandler();
        try
        {
            return new HybridClient(options, verbose ? new HttpTraceHandler(console, connections) : connections);
        }
        catch (ArgumentException ex)
        {
            throw new CliException(ExitCodes.ConfigError, ex.Message);
        }
    }

    /// <summary>Stops a command about a project when none is known.</summary>
    public ConnectionSettings RequireProject() => _settings.ProjectId is not null ? this : throw new CliException(
        ExitCodes.ConfigError,
        "no project: set IRON_PROJECT_ID, put project_id into iron.json, or give --project-id");

    private Uri BuildUrl()
    {
        var host = _settings.Host ?? "localhost";
        var loopback = host == "localhost"
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
        var scheme = _settings.Scheme ?? (loopback ? "http" : "https");
        var port = _settings.Port ?? (scheme == "https" ? "443" : loopback ? "8080" : "80");
        var name = host.Contains(':') && !host.StartsWith('[') ? $"[{host}]" : host;
        return ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && Uri.TryCreate($"{scheme}://{name}:{port}", UriKind.Absolute, out var url)
            && url is { AbsolutePath: "/", UserInfo: "" }
                ? url
                : throw new CliException(
                    ExitCodes.ConfigError,
                    $"scheme {scheme}, host {host} and port {port} make no address; the host is a bare name");
    }
}
