using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Primitives.Text;
using static OrleansHybrid.Cli.Configuration.OptionFactory;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid cluster token add|list|revoke</c>: several are good at once, so that runners change over one by one.</summary>
internal static class ClusterTokenCommands
{
    public static Command Build(CliConsole console, GlobalOptions globals) =>
        new("token", "What a cluster's runners enrol with")
        {
            Add(console, globals),
            List(console, globals),
            Revoke(console, globals),
        };

    private static Command Add(CliConsole console, GlobalOptions globals)
    {
        var cluster = CreateClusterArgument();
        var command = new Command("add", "Add a token; the others stay good") { cluster };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.CreateClient(parsed, console);
            var id = parsed.GetRequiredValue(cluster);
            var added = await client.Clusters.AddTokenAsync(id, cancellationToken);
            var token = added.Token ?? "";
            var run = DockerRunCommand.Build(id, token);
            if (!globals.TryWriteJson(parsed, console, new AddedTokenOutput(added.Id, token, run), CliJson.Default.AddedTokenOutput))
            {
                console.Out.WriteLines(("Id", added.Id), ("Token", token), ("Run", run));
                console.WriteMessage("the token is a secret: anyone who has it can run this cluster's tasks");
            }
        });
        return command;
    }

    private static Command List(CliConsole console, GlobalOptions globals)
    {
        var cluster = CreateClusterArgument();
        var command = new Command("list", "List the tokens without their secrets, newest first") { cluster };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.CreateClient(parsed, console);
            var tokens = await client.Clusters.ListTokensAsync(parsed.GetRequiredValue(cluster), cancellationToken);
            if (globals.Json(parsed))
            {
                var rows = tokens.Select(token => new TokenRow(token.Id, UtcFormat.Format(token.CreatedAt), token.Runners ?? 0));
                console.Out.WriteJson(new TokenListOutput([.. rows]), CliJson.Default.TokenListOutput);
                return;
            }

            foreach (var token in tokens)
            {
                console.Out.Write(TerminalTextSanitizer.OneLine($"{token.Id}  {UtcFormat.Format(token.CreatedAt)}  {token.Runners ?? 0} runners") + "\n");
            }
        });
        return command;
    }

    private static Command Revoke(CliConsole console, GlobalOptions globals)
    {
        var cluster = CreateClusterArgument();
        var token = CreateArgument("TOKEN_ID", "The token's id, which list shows");
        var command = new Command("revoke", "End a token, and every runner that enrolled with it") { cluster, token };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.CreateClient(parsed, console);
            var id = parsed.GetRequiredValue(token);
            await client.Clusters.RevokeTokenAsync(parsed.GetRequiredValue(cluster), id, cancellationToken);
            if (!globals.TryWriteJson(parsed, console, new RevokedTokenOutput(id, "Token revoked"), CliJson.Default.RevokedTokenOutput))
            {
                console.WriteMessage($"token {id} is revoked; runners that enrolled with it are out");
            }
        });
        return command;
    }
}
