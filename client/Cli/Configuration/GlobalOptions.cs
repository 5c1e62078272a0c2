using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Client;
using static OrleansHybrid.Cli.Configuration.OptionFactory;

namespace OrleansHybrid.Cli.Configuration;

/// <summary>The options that every command takes.</summary>
internal sealed class GlobalOptions
{
    private readonly Option<bool> _json = CreateOption<bool>("json", "Print one JSON document");
    private readonly Option<string> _token = CreateOption<string>("token", "User token (IRON_TOKEN)", "TOKEN");
    private readonly Option<string> _project = CreateOption<string>("project-id", "Project (IRON_PROJECT_ID)", "ID");
    private readonly Option<string> _host = CreateOption<string>("host", "Control plane's host (IRON_HOST)", "NAME");
    private readonly Option<string> _port = CreateOption<string>("port", "Control plane's port (IRON_PORT)", "NUMBER");
    private readonly Option<string> _scheme = CreateOption<string>("scheme", "http or https (IRON_SCHEME)", "SCHEME");
    private readonly Option<string> _version = CreateOption<string>("api-version", "API version (IRON_API_VERSION)", "VERSION");
    private readonly Option<string> _environment = CreateOption<string>("env", "Environment section of iron.json", "NAME");
    private readonly Option<bool> _verbose = CreateOption<bool>("verbose", "Print each call to the control plane");
    private readonly Option<string> _connection = CreateOption<string>(
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

    /// <summary>Prints a result as JSON where the command line asks for that; false where it does not.</summary>
    public bool TryWriteJson<T>(ParseResult parsed, CliConsole console, T value, JsonTypeInfo<T> type)
    {
        if (Json(parsed))
        {
            console.Out.WriteJson(value, type);
        }

        return Json(parsed);
    }

    public bool Verbose(ParseResult parsed) => parsed.GetValue(_verbose);

    /// <summary>A client for calls about clusters.</summary>
    public HybridClient CreateClient(ParseResult parsed, CliConsole console) =>
        ResolveSettings(parsed, console).CreateClient(console, Verbose(parsed));

    /// <summary>A client for calls about a project.</summary>
    public HybridClient CreateProjectClient(ParseResult parsed, CliConsole console) =>
        ResolveSettings(parsed, console).RequireProject().CreateClient(console, Verbose(parsed));

    public ConnectionSettings ResolveSettings(ParseResult parsed, CliConsole console) => ConnectionSettings.Resolve(
        console,
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
