using System.Globalization;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Admin;

/// <summary>Makes and shows users, tokens and projects; one line each, its parts separated by tabs.</summary>
internal sealed class AdminCommands(
    IProjectStore projects, IClusterStore clusters, IdGenerator ids, TimeProvider time, TextWriter output)
{
    private const int MaxNameLength = 255;

    private static readonly CancellationToken NoCancellation = CancellationToken.None;

    public async Task<int> CreateUserAsync(string name, string? email)
    {
        if (name.Trim() is not { Length: > 0 and <= MaxNameLength } || name.Any(char.IsControl))
        {
            throw new ConfigurationException("NAME", $"must have 1 to {MaxNameLength} characters, and none that controls a terminal.");
        }

        var address = Address(email);
        if (address is not null && await projects.FindByEmailAsync(address, NoCancellation) is not null)
        {
            return Taken(address);
        }

        var user = new User(ids.New(), name, time.GetUtcNow(), Email: address);
        if (!await projects.AddUserAsync(user, NoCancellation))
        {
            Print($"There is a user {name} already: see admin user list, and give another name.");
            return ExitCodes.Failure;
        }

        return Print("user", user.Id, user.Name);
    }

    /// <summary>Sets the address by which others share a cluster with the user; null for none.</summary>
    public async Task<int> SetEmailAsync(string idOrName, string? email)
    {
        var address = Address(email);
        return await FindAsync(idOrName) is not { } user ? NoUser(idOrName)
            : await projects.SetEmailAsync(user.Id, address, NoCancellation) ? Print("user", user.Id, user.Name, address ?? "")
            : Taken(address!);
    }

    public async Task<int> ListUsersAsync()
    {
        foreach (var user in await projects.ListUsersAsync(NoCancellation))
        {
            Print("user", user.Id, user.Name, Text(user.CreatedAt), user.IsOperator ? "operator" : "", user.Email ?? "");
        }

        return ExitCodes.Success;
    }

    /// <summary>Operators see what belongs to the whole installation.</summary>
    public async Task<int> SetOperatorAsync(string idOrName, bool isOperator)
    {
        if (await FindAsync(idOrName) is not { } user)
        {
            return NoUser(idOrName);
        }

        await projects.SetOperatorAsync(user.Id, isOperator, NoCancellation);
        return Print("user", user.Id, user.Name, isOperator ? "operator" : "");
    }

    /// <summary>The only time that the token's text is shown: what is kept is its hash.</summary>
    public async Task<int> CreateTokenAsync(string idOrName, string label)
    {
        if (await FindAsync(idOrName) is not { } user)
        {
            return NoUser(idOrName);
        }

        var text = TokenHasher.NewToken();
        var token = new UserToken(ids.New(), user.Id, TokenHasher.Hash(text), label, time.GetUtcNow());
        await projects.AddTokenAsync(token, NoCancellation);
        return Print("token", token.Id, text);
    }

    public async Task<int> ListTokensAsync(string idOrName)
    {
        if (await FindAsync(idOrName) is not { } user)
        {
            return NoUser(idOrName);
        }

        foreach (var token in await projects.ListTokensAsync(user.Id, NoCancellation))
        {
            Print("token", token.Id, token.Label, Text(token.CreatedAt));
        }

        return ExitCodes.Success;
    }

    public async Task<int> RevokeTokenAsync(string id)
    {
        if (await projects.DeleteTokenAsync(id, NoCancellation))
        {
            return Print("revoked", id);
        }

        Print($"There is no token with the id {id}: see admin token list.");
        return ExitCodes.NotFound;
    }

    /// <summary>Says which cluster the project has as its default: the one that is asked for, else its user's newest.</summary>
    public async Task<int> CreateProjectAsync(string name, string idOrName, string? clusterName)
    {
        if (await FindAsync(idOrName) is not { } user)
        {
            return NoUser(idOrName);
        }

        var cluster = clusterName is null
            ? (await clusters.ListAsync(user.Id, page: 0, perPage: 1, NoCancellation)).SingleOrDefault()
            : await clusters.FindForUserAsync(user.Id, clusterName, NoCancellation);
        if (cluster is null && clusterName is not null)
        {
            return NoCluster(clusterName, user);
        }

        var project = new Project
        {
            Id = ids.New(),
            UserId = user.Id,
            Name = name,
            DefaultClusterId = cluster?.Id,
            CreatedAt = time.GetUtcNow(),
        };
        await projects.AddProjectAsync(project, NoCancellation);
        Print("project", project.Id, project.Name);
        return cluster is null
            ? Print($"{user.Name} has no cluster: the project's default will be the first that is made.")
            : Print("default cluster", cluster.Id, cluster.Name);
    }

    /// <summary>Sets a project's default cluster; running servers may take seconds to notice.</summary>
    public async Task<int> SetClusterAsync(string projectIdOrName, string clusterName, string? userIdOrName)
    {
        if (userIdOrName is not null && await FindAsync(userIdOrName) is null)
        {
            return NoUser(userIdOrName);
        }

        var found = new List<(Project Project, User Owner)>();
        foreach (var user in await projects.ListUsersAsync(NoCancellation))
        {
            var owned = userIdOrName is null || userIdOrName == user.Id || userIdOrName == user.Name
                ? await projects.ListProjectsAsync(user.Id, NoCancellation)
                : [];
            found.AddRange(owned
                .Where(project => project.Id == projectIdOrName || project.Name == projectIdOrName)
                .Select(project => (project, user)));
        }

        if (found is not [var (one, owner)])
        {
            Print(found.Count == 0
                ? $"There is no project {projectIdOrName}: see admin project list."
                : $"{found.Count} projects are called {projectIdOrName}: name the one that is meant by its id.");
            return ExitCodes.NotFound;
        }

        if (await clusters.FindForUserAsync(owner.Id, clusterName, NoCancellation) is not { } cluster)
        {
            return NoCluster(clusterName, owner);
        }

        await projects.SetDefaultClusterAsync(one.Id, cluster.Id, NoCancellation);
        Print("project", one.Id, one.Name);
        return Print("default cluster", cluster.Id, cluster.Name);
    }

    public async Task<int> ListProjectsAsync(string idOrName)
    {
        if (await FindAsync(idOrName) is not { } user)
        {
            return NoUser(idOrName);
        }

        foreach (var project in await projects.ListProjectsAsync(user.Id, NoCancellation))
        {
            Print("project", project.Id, project.Name, Text(project.CreatedAt), project.DefaultClusterId ?? "");
        }

        return ExitCodes.Success;
    }

    /// <summary>The user by id or, failing that, by name.</summary>
    private async Task<User?> FindAsync(string idOrName)
    {
        var users = await projects.ListUsersAsync(NoCancellation);
        return users.FirstOrDefault(user => user.Id == idOrName) ?? users.FirstOrDefault(user => user.Name == idOrName);
    }

    private int NoUser(string idOrName)
    {
        Print($"There is no user {idOrName}: see admin user list, or make one by admin user create {idOrName}.");
        return ExitCodes.NotFound;
    }

    private int NoCluster(string idOrName, User user)
    {
        Print($"{user.Name} has no cluster {idOrName}, and none of that name is shared with them: nothing was changed.");
        return ExitCodes.NotFound;
    }

    private int Taken(string address)
    {
        Print($"Another user has the e-mail address {address}: see admin user list.");
        return ExitCodes.Failure;
    }

    private static string? Address(string? text) => text is null ? null
        : EmailAddress.TryParse(text, out var address) ? address
        : throw new ConfigurationException("--email", "must be an e-mail address.");

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private int Print(params string[] parts)
    {
        output.WriteLine(string.Join('\t', parts));
        return ExitCodes.Success;
    }
}
