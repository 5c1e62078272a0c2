using System.Globalization;
using System.Net;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Sealing;

namespace OrleansHybrid.Cli.Configuration;

/// <summary>Where to call and as whom, settled from all the places that may say so, in the published order.</summary>
internal sealed record ConnectionSettings
{
    private readonly IronSettings _settings;

    private ConnectionSettings(IronSettings settings) => _settings = settings;

    /// <summary>The cluster for tasks that name none; null for the server's own default.</summary>
    public string? Cluster { get; private init; }

    /// <summary>Reads files and variables; <paramref name="flags"/> beat them all.</summary>
    public static ConnectionSettings Resolve(Shell shell, IronSettings flags, string? environment, string? connection)
    {
        var here = IronFile.Read(Path.Combine(shell.WorkingFolder, "iron.json"), environment);
        var home = IronFile.Read(Path.Combine(shell.HomeFolder, ".iron.json"), environment);
        if (environment is not null && here is null && home is null)
        {
            throw new CliException(
                ExitCodes.Configuration, $"neither ./iron.json nor ~/.iron.json has the environment {environment}");
        }

        var nothing = new IronSettings();
        var stated = flags
            .Over(here ?? nothing)
            .Over(IronSettings.FromVariables(shell.Variable, "IRON_WORKER_"))
            .Over(IronSettings.FromVariables(shell.Variable, "IRON_"))
            .Over(home ?? nothing);
        if ((connection ?? shell.Variable("HYBRID_CONNECTION")) is not { } path)
        {
            return new ConnectionSettings(stated);
        }

        // Its address is one whole, and its cluster is known there only.
        var file = ConnectionFile.Read(shell, path);
        return stated.Host is null
            ? new ConnectionSettings(stated.Over(file.Settings)) { Cluster = file.ClusterId }
            : new ConnectionSettings(stated.Over(file.Settings with { Host = null, Port = null, Scheme = null }));
    }

    public HybridClient Open(Shell shell, bool verbose, EncryptionKey? key = null, SealAs sealAs = SealAs.Envelope)
    {
        var token = _settings.Token ?? throw new CliException(
            ExitCodes.Configuration,
            "no token: set IRON_TOKEN, put one into iron.json, or name a connection file with --connection");
        var options = new HybridClientOptions
        {
            BaseUrl = Url(),
            Token = token.Trim(),
            ProjectId = _settings.ProjectId ?? "",
            ApiVersion = _settings.ApiVersion ?? "2",
            EncryptionKey = key,
            SealAs = sealAs,
            AllowHttp = shell.Variable("ALLOW_HTTP") == "1",
            TimeProvider = shell.TimeProvider,
        };
        var connections = HybridClient.Connections();
        try
        {
            return new HybridClient(options, verbose ? new ExchangeLog(shell, connections) : connections);
        }
        catch (ArgumentException ex)
        {
            throw new CliException(ExitCodes.Configuration, ex.Message);
        }
    }

    /// <summary>Stops a command about a project when none is known.</summary>
    public ConnectionSettings ForProject() => _settings.ProjectId is not null ? this : throw new CliException(
        ExitCodes.Configuration,
        "no project: set IRON_PROJECT_ID, put project_id into iron.json, or give --project-id");

    private Uri Url()
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
                    ExitCodes.Configuration,
                    $"scheme {scheme}, host {host} and port {port} make no address; the host is a bare name");
    }
}
