using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Contracts.Launcher;
using OrleansHybrid.Primitives.Text;
using static OrleansHybrid.Cli.Commands.LauncherCommand;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid launcher audit [--from N]</c>: all records to the end, and whether they are unchanged.</summary>
internal static class LauncherAuditCommand
{
    private const int PageSize = 1000;

    public static Command Build(CliConsole console, GlobalOptions globals)
    {
        var from = OptionFactory.CreateNumber("from", "The number of the first record; 1 by default", "NUMBER", min: 1);
        var command = new Command("audit", "Print the audit log and check that it was not changed") { from };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.CreateClient(parsed, console);
            var (json, all) = (globals.Json(parsed), new AuditPage { Records = [], Verified = true });
            for (long? next = parsed.GetValue(from) ?? 1; next is { } first;)
            {
                var page = await client.Launcher.GetAuditAsync(first, PageSize, cancellationToken);
                if (!json)
                {
                    Print(console, page);
                }

                all = new AuditPage
                {
                    Records = [.. all.Records, .. page.Records],
                    Verified = all.Verified && page.Verified,
                    FirstBroken = all.FirstBroken ?? page.FirstBroken,
                };
                next = page.Next;
            }

            if (json)
            {
                console.Out.WriteJson(all, LauncherJson.Default.AuditPage);
            }

            ReportResult(console, all);
        });
        return command;
    }

    private static void Print(CliConsole console, AuditPage page)
    {
        foreach (var record in page.Records)
        {
            console.Out.Write($"{TerminalTextSanitizer.OneLine(FormatLine(record))}\n");
        }
    }

    private static void ReportResult(CliConsole console, AuditPage all)
    {
        if (!all.Verified)
        {
            throw new CliException(ExitCodes.Failure, $"the audit is NOT as it was written, from record {all.FirstBroken} on");
        }

        console.WriteMessage($"{all.Records.Count} records, all as they were written");
    }

    private static string FormatLine(AuditEntry record)
    {
        string?[] said =
        [
            $"{record.Sequence}", UtcFormat.Format(record.At), record.Event.PadRight(9), record.Count > 1 ? $"{record.Count} times" : null, record.Reason,
            record.CredentialId, record.Address, record.CommitHash, record.LaunchId, record.JobNumber is { } job ? $"job {job}" : null,
            record.Cost is { } cost ? FormatMoney(cost) : null,
        ];
        return string.Join("  ", said.Where(word => !string.IsNullOrEmpty(word)));
    }
}
