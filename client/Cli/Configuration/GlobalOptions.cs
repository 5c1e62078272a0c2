using System.CommandLine;
using OrleansHybrid.Client;
using static OrleansHybrid.Cli.Configuration.Flags;

namespace OrleansHybrid.Cli.Configuration;

/// <summary>The options that every command takes.</summary>
internal sealed class GlobalOptions
{
    private readonly Option<bool> _json = Flag<bool>("json", "Print one JSON document");
    private readonly Option<string> _token = Flag<string>("token", "User token (IRON_TOKEN)", "TOKEN");
    private readonly Option<string> _project = Flag<string>("project-id", "Project (IRON_PROJECT_ID)", "ID");
    private readonly Option<string> _host = Flag<string>("host", "Control plane's host (IRON_HOST)", "NAME");
    private readonly Option<string> _port = Flag<string>("port", "Control plane's port (IRON_PORT)", "NUMBER");
    private readonly Option<string> _scheme = Flag<string>("scheme", "http or https (IRON_SCHEME)", "SCHEME");
    private readonly Option<string> _version = Flag<string>("api-version", "API version (IRON_API_VERSION)", "VERSION");
    private readonly Option<string> _environment = Flag<string>("env", "Environment section of iron.json", "NAME");
    private readonly Option<bool> _verbose = Flag<bool>("verbose", "Tell about each call to the control plane");
    private readonly Option<string> _connection = Flag<string>(
        "connection", "File that `silo -- up` wrote (HYBRID_CONNECTION)", "FILE");

    public void AddTo(Command root)
    {
        foreach (var option in (Option[])
            [_json, _token, _project, _host, _port, _scheme, _version, _environment, _connection, _verbose])
        {
            option.Recursive = true;
            root.Add(option);
        }
    }

    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    public bool Verbose(ParseResult parsed) => parsed.GetValue(_verbose);

    /// <summary>A client for calls about clusters.</summary>
    public HybridClient Open(ParseResult parsed, Shell shell) =>
        Settings(parsed, shell).Open(shell, Verbose(parsed));

    /// <summary>A client for calls about a project.</summary>
    public HybridClient OpenProject(ParseResult parsed, Shell shell) =>
        Settings(parsed, shell).ForProject().Open(shell, Verbose(parsed));

    public ConnectionSettings Settings(ParseResult parsed, Shell shell) => ConnectionSettings.Resolve(
        shell,
        new IronSettings
        {
            Token = parsed.GetValue(_token),
            ProjectId = parsed.GetValue(_project),
            Host = parsed.GetValue(_host),
            Port = parsed.GetValue(_port),
            Scheme = parsed.GetValue(_scheme),
            ApiVersion = parsed.GetValue(_version),
        },
        parsed.GetValue(_environment),
        parsed.GetValue(_connection));
}
