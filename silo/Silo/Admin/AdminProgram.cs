using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Standalone;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Silo.Admin;

/// <summary>The verbs for whoever owns the machine: they work on the database, not through the server.</summary>
internal static class AdminProgram
{
    private const string Usage = """
        silo admin user create NAME [--email ADDRESS]
        silo admin user list
        silo admin user operator USER on|off
        silo admin user email USER ADDRESS|off
        silo admin token create USER [--label TEXT]
        silo admin token list USER
        silo admin token revoke TOKEN_ID
        silo admin project create NAME --user USER [--cluster CLUSTER]
        silo admin project cluster PROJECT CLUSTER [--user USER]
        silo admin project list USER
        silo admin secrets --data DIR [--database-host HOST] [--authority DIR]
        silo admin certificate silo|app|runner NAME --authority DIR --data DIR
        silo admin setup --data DIR --public-url URL
        silo admin history [--operations FILE] [--runs FILE] [--json]

        USER is a user's id or name; others share a cluster with a user by the e-mail address.
        CLUSTER is the id or name of one that the user may use: the project's default, where its tasks go that name none.
        Without --cluster a new project gets the user's newest. project cluster sets another; PROJECT is an id or a name.
        A SQLite file is held by one process: stop the server first.
        secrets makes what all silos of one installation share: the server key, a connection string with a new password,
        and in DIR/certificates the silos' certificate. The authority that signed it has a folder of its own, --authority
        (DIR-authority): keep it away from the silos. certificate makes NAME.crt, NAME.key and ca.crt for one more. setup makes a first user with a token, a project and a cluster, and writes them to connection.json
        and, for a runner, cluster-id and cluster-token. Both leave alone what is there.
        history reads all events and rows, also beside running servers, and tells what in them breaks a promise: 0 or 1.
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        var line = AdminArguments.Parse(arguments);
        var options = ControlPlaneOptionsReader.Read(line.Settings);
        if (line.Positionals is ["secrets"])
        {
            var authority = line.Authority ?? $"{Path.TrimEndingDirectorySeparator(options.DataDirectory)}-authority";
            return GenerateSecretsCommand.Run(options.DataDirectory, line.DatabaseHost ?? "postgres", authority);
        }

        if (line.Positionals is ["certificate", var role, var holder])
        {
            return MakeCertificate(role, holder, line.Authority, options.DataDirectory);
        }

        if (VerbOf(line) is not { } verb)
        {
            await output.WriteLineAsync(Usage);
            return ExitCodes.UsageError;
        }

        var prepares = line.Positionals is ["setup"];
        if (!prepares)
        {
            InstallationCheck.RequireFile(options);
        }

        await using var provider = Services(options, output).BuildServiceProvider();
        var store = provider.GetRequiredService<IDatabaseInitializer>();
        if (!prepares)
        {
            await InstallationCheck.RequireTablesAsync(options, store, CancellationToken.None);
        }

        await store.MigrateAsync(CancellationToken.None);
        return await verb(provider);
    }

    /// <summary>What the words ask for; null when that is nothing.</summary>
    private static Func<IServiceProvider, Task<int>>? VerbOf(AdminArguments line) => line.Positionals switch
    {
        ["user", "create", var name] => With(desk => desk.CreateUserAsync(name, line.Email)),
        ["user", "list"] => With(desk => desk.ListUsersAsync()),
        ["user", "operator", var user, "on" or "off"] => With(desk => desk.SetOperatorAsync(user, line.Positionals[3] == "on")),
        ["user", "email", var user, var address] => With(desk => desk.SetEmailAsync(user, address == "off" ? null : address)),
        ["token", "create", var user] => With(desk => desk.CreateTokenAsync(user, line.Label ?? "")),
        ["token", "list", var user] => With(desk => desk.ListTokensAsync(user)),
        ["token", "revoke", var id] => With(desk => desk.RevokeTokenAsync(id)),
        ["project", "create", var name] when line.User is { } user => With(desk => desk.CreateProjectAsync(name, user, line.Cluster)),
        ["project", "cluster", var project, var cluster] => With(desk => desk.SetClusterAsync(project, cluster, line.User)),
        ["project", "list", var user] => With(desk => desk.ListProjectsAsync(user)),
        ["setup"] => provider => provider.GetRequiredService<SetupCommand>().RunAsync(CancellationToken.None),
        _ => null,
    };

    private static Func<IServiceProvider, Task<int>> With(Func<AdminCommands, Task<int>> act) =>
        provider => act(provider.GetRequiredService<AdminCommands>());

    private static int MakeCertificate(string role, string name, string? authority, string folder) => InstallationCertificates.Issue(
        authority ?? throw new ConfigurationException("--authority", "is missing: name the folder in which silo admin secrets made the authority."),
        folder,
        InstallationCertificates.RoleOf(role) ?? throw new ConfigurationException(role, "is no role: there are silo, app and runner."),
        InstallationCertificates.IsName(name) ? name : throw new ConfigurationException(
            "NAME", "must be at most 64 letters, digits, dots, hyphens and underscores, with a letter or digit first."),
        TimeProvider.System);

    private static IServiceCollection Services(ControlPlaneOptions options, TextWriter output)
    {
        var services = new ServiceCollection().AddSingleton<IdGenerator>().AddSingleton<AdminCommands>().AddSingleton(output);
        services.AddSingleton<PublicAddress>().AddSingleton<ClusterTokenIssuer>();
        services.AddSingleton<Bootstrapper>().AddSingleton<SetupCommand>();
        services.AddLogging().AddControlPlaneStores(options);
        return services;
    }
}
