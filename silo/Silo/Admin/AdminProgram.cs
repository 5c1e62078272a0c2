using Orleans.Hybrid.Silo.Security;
using Orleans.Hybrid.Stores;

namespace Orleans.Hybrid.Silo.Admin;

/// <summary>The verbs for whoever owns the machine: they work on the database, not through the server.</summary>
internal static class AdminProgram
{
    private const string Usage = """
        silo admin user create NAME
        silo admin user list
        silo admin token create USER [--label TEXT]
        silo admin token list USER
        silo admin token revoke TOKEN_ID
        silo admin project create NAME --user USER
        silo admin project list USER

        USER is a user's id or name. A SQLite file is held by one process: stop the server first.
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        var line = AdminLine.Parse(arguments);
        var services = new ServiceCollection().AddSingleton<Ids>().AddSingleton<AdminDesk>().AddSingleton(output);
        services.AddLogging().AddControlPlaneStores(ControlPlaneSettings.Read(line.Settings));
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IStoreSetup>().MigrateAsync(CancellationToken.None);

        var desk = provider.GetRequiredService<AdminDesk>();
        return line.Words switch
        {
            ["user", "create", var name] => await desk.CreateUserAsync(name),
            ["user", "list"] => await desk.ListUsersAsync(),
            ["token", "create", var user] => await desk.CreateTokenAsync(user, line.Label ?? ""),
            ["token", "list", var user] => await desk.ListTokensAsync(user),
            ["token", "revoke", var id] => await desk.RevokeTokenAsync(id),
            ["project", "create", var name] when line.User is { } user => await desk.CreateProjectAsync(name, user),
            ["project", "list", var user] => await desk.ListProjectsAsync(user),
            _ => await ExplainAsync(output),
        };
    }

    private static async Task<int> ExplainAsync(TextWriter output)
    {
        await output.WriteLineAsync(Usage);
        return ExitCode.Usage;
    }
}
