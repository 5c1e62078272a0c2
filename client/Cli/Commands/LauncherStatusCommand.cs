using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Contracts.Launcher;
using OrleansHybrid.Primitives.Text;
using static OrleansHybrid.Cli.Commands.LauncherCommand;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid launcher status</c></summary>
internal static class LauncherStatusCommand
{
    private const int ShownDigits = 12;

    public static Command Build(CliConsole console, GlobalOptions globals)
    {
        var command = new Command("status", "Show how the launcher stands, and what lives");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.CreateClient(parsed, console);
            var status = await client.Launcher.GetStatusAsync(cancellationToken);
            if (!globals.TryWriteJson(parsed, console, status, LauncherJson.Default.LauncherStatus))
            {
                console.Out.WriteLines(Lines(status));
                foreach (var launch in status.Launches)
                {
                    console.Out.Write($"{TerminalTextSanitizer.OneLine(FormatLine(launch))}\n");
                }
            }
        });
        return command;
    }

    private static IEnumerable<(string Label, string Value)> Lines(LauncherStatus status) =>
    [
        ("Account", status.Account),
        ("Launching", status.Enabled ? "on" : "off: the policy has enabled: false"),
        ("Policy", status.PolicyVersion.Length > ShownDigits ? status.PolicyVersion[..ShownDigits] : status.PolicyVersion),
        ("Key", status switch
        {
            { KeyGeneration: null } => "none on this silo",
            { KeyRefused: true } => $"{status.KeyGeneration}, which the provider REJECTED",
            _ => status.KeyGeneration,
        }),
        ("Live", $"{status.Live} of {status.Caps.Account}{Caps(status.Caps)}"),
        ("Orphans", status.Orphans > 0 ? $"{status.Orphans} jobs that no launch has: they are being ended" : ""),
        ("Others", status.ForeignJobs > 0
            ? $"{status.ForeignJobs} live on the account, {(status.Caps.ForeignJobs ? "and count" : "not counted")}"
            : ""),
        ("Today", Used(status.UsedToday, status.Budget.Day, status.Budget.CredentialDay)),
        ("This month", Used(status.UsedThisMonth, status.Budget.Month, status.Budget.CredentialMonth)),
        ("Nonces", $"{status.Nonces}"),
        ("Audit", $"{status.Audit.Sequence} records, the last {status.Audit.Hash}"),
    ];

    private static string Caps(LauncherQuota caps)
    {
        string?[] more =
        [
            caps.InstanceType is { } type ? $"{type} of an instance type" : null,
            caps.Credential is { } credential ? $"{credential} with a credential" : null,
        ];
        return string.Concat(more.Where(cap => cap is not null).Select(cap => $", at most {cap}"));
    }

    private static string Used(decimal used, decimal? budget, decimal? ofCredential) =>
        (budget is { } most ? $"{FormatMoney(used)} of {FormatMoney(most)}" : $"{FormatMoney(used)}, no bound")
        + (ofCredential is { } each ? $", at most {FormatMoney(each)} with a credential" : "");
}
