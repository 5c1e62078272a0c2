using System.CommandLine;
using OrleansHybrid.Silo.Commands;
using OrleansHybrid.Silo.Configuration;
using static OrleansHybrid.CommandLine.WordArgument;

namespace OrleansHybrid.Silo.Admin;

/// <summary><c>silo admin</c>: for whoever owns the machine. The commands work on the database, not through the server.</summary>
internal sealed class AdminCommandTree
{
    private const string UserWords = "A user's id or name";

    private readonly Command _admin = new(
        "admin", "Users, tokens, projects and set-up, in the database. A SQLite file is held by one process: stop the server first");

    private readonly SettingOptions _settings;

    private AdminCommandTree()
    {
        _admin.Add(BuildUser());
        _admin.Add(BuildToken());
        _admin.Add(BuildProject());
        _admin.Add(BuildSecrets());
        _admin.Add(BuildCertificate());
        _admin.Add(BuildSetup());
        _admin.Add(HistoryCommand.Build(ReadStore));
        _settings = SettingOptions.AddTo(
            _admin, "HYBRID_DATA", "HYBRID_POSTGRES_FILE", "HYBRID_SERVER_KEY_FILE", "HYBRID_PUBLIC_URL");
    }

    public static Command Build() => new AdminCommandTree()._admin;

    private Command BuildUser()
    {
        var (name, user) = (Create("NAME", "The new user's name, which no other user has"), Create("USER", UserWords));
        var email = ValueOption.Create("--email", "ADDRESS", "E-mail address, by which others share a cluster with the user");
        var (of, onOff) = (Create("USER", UserWords), CreateChoice("on|off", "Whether the user is an operator", "on", "off"));
        var address = Create("ADDRESS|off", "E-mail address, by which others share a cluster with the user; off for none");
        return new Command("user", "Users: who owns projects and clusters")
        {
            Verb("create", "Make a user", (commands, parsed) => commands.CreateUserAsync(parsed.Word(name), parsed.GetValue(email)), name, email),
            Verb("list", "List all users", (commands, _) => commands.ListUsersAsync()),
            Verb(
                "operator",
                "Say whether a user sees the dashboard and the launcher of all",
                (commands, parsed) => commands.SetOperatorAsync(parsed.Word(of), parsed.Word(onOff) == "on"),
                of,
                onOff),
            Verb(
                "email",
                "Set or take away a user's e-mail address",
                (commands, parsed) => commands.SetEmailAsync(parsed.Word(user), parsed.Word(address) is "off" ? null : parsed.Word(address)),
                user,
                address),
        };
    }

    private Command BuildToken()
    {
        var (owner, user) = (Create("USER", UserWords), Create("USER", UserWords));
        var id = Create("TOKEN_ID", "The token's id, as list shows it");
        var label = ValueOption.Create("--label", "TEXT", "What list shows beside the token; default: nothing");
        return new Command("token", "User tokens: what clients and the web page sign in with")
        {
            Verb(
                "create",
                "Make a token, and show it this once",
                (commands, parsed) => commands.CreateTokenAsync(parsed.Word(owner), parsed.GetValue(label) ?? ""),
                owner,
                label),
            Verb("list", "List a user's tokens, without their text", (commands, parsed) => commands.ListTokensAsync(parsed.Word(user)), user),
            Verb("revoke", "End a token for good", (commands, parsed) => commands.RevokeTokenAsync(parsed.Word(id)), id),
        };
    }

    private Command BuildProject()
    {
        var (name, project) = (Create("NAME", "The new project's name"), Create("PROJECT", "A project's id or name"));
        var (cluster, user) = (Create("CLUSTER", "Id or name of a cluster that the project's user may use"), Create("USER", UserWords));
        var owner = ValueOption.Create("--user", "USER", UserWords);
        owner.Required = true;
        var of = ValueOption.Create("--user", "USER", $"{UserWords}, where several have a project of that name");
        var first = ValueOption.Create(
            "--cluster", "CLUSTER", "Id or name of the cluster for tasks that name none; default: the user's newest");
        return new Command("project", "Projects: where code packages and tasks are")
        {
            Verb(
                "create",
                "Make a project",
                (commands, parsed) => commands.CreateProjectAsync(parsed.Word(name), parsed.GetValue(owner)!, parsed.GetValue(first)),
                name,
                owner,
                first),
            Verb(
                "cluster",
                "Set the cluster for tasks that name none",
                (commands, parsed) => commands.SetClusterAsync(parsed.Word(project), parsed.Word(cluster), parsed.GetValue(of)),
                project,
                cluster,
                of),
            Verb("list", "List a user's projects", (commands, parsed) => commands.ListProjectsAsync(parsed.Word(user)), user),
        };
    }

    private Command BuildSecrets()
    {
        var host = ValueOption.Create("--database-host", "HOST", "The database's host, for the connection string; default: postgres");
        var authority = ValueOption.Create(
            "--authority", "DIR", "Folder for the authority that signs certificates, to be kept away from the silos; default: DIR-authority beside --data");
        var command = new Command(
            "secrets", "Make what all silos share, in --data: server key, connection string with a new password, certificates. What is there stays")
        {
            host, authority,
        };
        command.SetAction(parsed =>
        {
            var data = ReadStore(parsed).DataDirectory;
            return GenerateSecretsCommand.Run(
                data,
                parsed.GetValue(host) ?? "postgres",
                parsed.GetValue(authority) ?? $"{Path.TrimEndingDirectorySeparator(data)}-authority");
        });
        return command;
    }

    private Command BuildCertificate()
    {
        var (role, name) = (Create("ROLE", "silo, app or runner"), Create("NAME", "Whose it is, which also names its files"));
        var authority = ValueOption.Create("--authority", "DIR", "The folder in which silo admin secrets made the authority");
        var command = new Command("certificate", "Make NAME.crt, NAME.key and ca.crt in --data, for one more silo, app or runner")
        {
            role, name, authority,
        };
        command.SetAction(parsed => MakeCertificate(
            parsed.Word(role), parsed.Word(name), parsed.GetValue(authority), ReadStore(parsed).DataDirectory));
        return command;
    }

    private Command BuildSetup()
    {
        var command = new Command(
            "setup", "Make the tables and a first user with token, project and cluster, and write connection.json. What is there stays");
        command.SetAction((parsed, _) => AdminDatabase.SetUpAsync(_settings.Read(parsed), parsed.InvocationConfiguration.Output));
        return command;
    }

    private Command Verb(string name, string description, Func<AdminCommands, ParseResult, Task<int>> act, params Symbol[] parts)
    {
        var command = new Command(name, description);
        foreach (var argument in parts.OfType<Argument>())
        {
            command.Add(argument);
        }

        foreach (var option in parts.OfType<Option>())
        {
            command.Add(option);
        }

        command.SetAction((parsed, _) => AdminDatabase.RunAsync(
            _settings.Read(parsed), parsed.InvocationConfiguration.Output, commands => act(commands, parsed)));
        return command;
    }

    private StoreOptions ReadStore(ParseResult parsed) => _settings.Read(parsed).Read<StoreOptions>();

    private static int MakeCertificate(string role, string name, string? authority, string folder) => InstallationCertificates.Issue(
        authority ?? throw new ConfigurationException(
            "--authority", "is missing: name the folder in which silo admin secrets made the authority."),
        folder,
        InstallationCertificates.RoleOf(role) ?? throw new ConfigurationException(role, "is no role: there are silo, app and runner."),
        InstallationCertificates.IsName(name) ? name : throw new ConfigurationException(
            "NAME", "must be at most 64 letters, digits, dots, hyphens and underscores, with a letter or digit first."),
        TimeProvider.System);
}

/// <summary>Words of an admin line.</summary>
file static class ParsedWords
{
    public static string Word(this ParseResult parsed, Argument<string> argument) => parsed.GetRequiredValue(argument);
}
