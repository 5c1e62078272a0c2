using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Primitives.Text;
using static OrleansHybrid.Cli.Configuration.Flags;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid cluster token add|list|revoke</c>: several are good at once, so that runners change over one by one.</summary>
internal static class ClusterTokenCommands
{
    public static Command Build(Shell shell, GlobalOptions globals) =>
        new("token", "What a cluster's runners enrol with")
        {
            Add(shell, globals),
            List(shell, globals),
            Revoke(shell, globals),
        };

    private static Command Add(Shell shell, GlobalOptions globals)
    {
        var cluster = Cluster();
        var command = new Command("add", "Add a token; the others stay good") { cluster };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.Open(parsed, shell);
            var id = parsed.GetRequiredValue(cluster);
            var added = await client.Clusters.AddTokenAsync(id, cancellationToken);
            var token = added.Token ?? "";
            var run = RunnerCommand.Docker(id, token);
            if (globals.Json(parsed))
            {
                shell.Out.WriteJson(
                    new AddedTokenDocument(added.Id, token, run), CliJson.Default.AddedTokenDocument);
                return;
            }

            shell.Out.WriteLines(("Id", added.Id), ("Token", token), ("Run", run));
            shell.Say("the token is a secret: whoever has it can run this cluster's tasks");
        });
        return command;
    }

    private static Command List(Shell shell, GlobalOptions globals)
    {
        var cluster = Cluster();
        var command = new Command("list", "List the tokens without their secrets, newest first") { cluster };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.Open(parsed, shell);
            var tokens = await client.Clusters.TokensAsync(parsed.GetRequiredValue(cluster), cancellationToken);
            if (globals.Json(parsed))
            {
                var rows = tokens.Select(token => new TokenRow(token.Id, UtcText.Of(token.CreatedAt), token.Runners ?? 0));
                shell.Out.WriteJson(new TokensDocument([.. rows]), CliJson.Default.TokensDocument);
                return;
            }

            foreach (var token in tokens)
            {
                shell.Out.Write(TerminalTextSanitizer.OneLine($"{token.Id}  {UtcText.Of(token.CreatedAt)}  {token.Runners ?? 0} runners") + "\n");
            }
        });
        return command;
    }

    private static Command Revoke(Shell shell, GlobalOptions globals)
    {
        var cluster = Cluster();
        var token = Word("TOKEN_ID", "The token's id, which list shows");
        var command = new Command("revoke", "End a token, and every runner that enrolled with it") { cluster, token };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.Open(parsed, shell);
            var id = parsed.GetRequiredValue(token);
            await client.Clusters.RevokeTokenAsync(parsed.GetRequiredValue(cluster), id, cancellationToken);
            if (globals.Json(parsed))
            {
                shell.Out.WriteJson(new RevokedDocument(id, "Token revoked"), CliJson.Default.RevokedDocument);
                return;
            }

            shell.Say($"token {id} is revoked; runners that enrolled with it are out");
        });
        return command;
    }

    private static Argument<string> Cluster() => Word("CLUSTER_ID", "The cluster");
}
