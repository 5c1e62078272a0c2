using System.CommandLine;
using OrleansHybrid.Silo.Admin;
using OrleansHybrid.Silo.Standalone;
using OrleansHybrid.Silo.Standalone.Demo;

namespace OrleansHybrid.Silo.Commands;

/// <summary>The program <c>silo</c>: the tree of its commands.</summary>
internal static class SiloCommand
{
    private const string SettingsNote =
        "An option wins over its variable. Secrets come by environment or file only: HYBRID_POSTGRES, and the runner's key as DECRYPTION_KEY.";

    private static readonly CommandLineProgram Program = new("silo", ExitCodes.UsageError, NoteOn);

    /// <summary>Runs one command line and gives its exit code; a setting that is wrong throws.</summary>
    public static Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error) =>
        Program.RunAsync(Build(), arguments, output, error);

    /// <summary>The tree.</summary>
    public static RootCommand Build()
    {
        var root = Program.CreateRoot("The control plane of Orleans.Hybrid: queues tasks, and hands them to runners.");
        root.Add(UpCommand.Build());
        root.Add(DemoCommand.Build());
        root.Add(ServeCommand.Build());
        root.Add(ReadyCommand.Build());
        root.Add(AdminCommandTree.Build());
        root.Add(LauncherCommand.Build());
        root.Add(CreateHelp(root));
        return root;
    }

    /// <summary><c>silo help</c>, from before there was <c>--help</c> at every command.</summary>
    private static Command CreateHelp(RootCommand root)
    {
        var help = new Command("help", "Show what the program is for") { Hidden = true, TreatUnmatchedTokensAsErrors = false };
        help.SetAction(parsed =>
        {
            Program.PrintHelp(root, parsed.InvocationConfiguration.Output);
            return ExitCodes.Success;
        });
        return help;
    }

    private static string? NoteOn(Command command) => command switch
    {
        RootCommand => "`silo COMMAND --help` shows the options of a command.",
        { Name: "up" or "serve" } => SettingsNote,
        _ => null,
    };
}
