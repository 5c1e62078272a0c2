using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Primitives.Output;
using OrleansHybrid.Silo;
using OrleansHybrid.Silo.Admin;
using OrleansHybrid.Silo.Commands;
using OrleansHybrid.Silo.Standalone;
using OrleansHybrid.Silo.Standalone.Demo;

const string usage = """
    silo up [options]           the control plane, and a runner beside it
    silo demo [--json]          shows it at work, from end to end, and is gone
    silo serve [options]        one control plane of an installation that silo admin setup has prepared
    silo ready [--urls URLS]    asks the control plane on this machine whether it can serve; 0 when it can
    silo admin ... [options]    users, tokens, projects and set-up: see silo admin
    silo launcher doctor|try    looks at the launcher's policy and account, or shows a launcher at work

      --urls URLS               addresses to listen on, with ; between them (http://127.0.0.1:8080)
      --data DIR                where the SQLite file, the server key and connection.json live
      --postgres-file FILE      a file with a PostgreSQL connection string; also HYBRID_POSTGRES (none: a SQLite file)
      --no-runner               the control plane alone
      --executor docker|process what the runner beside it runs tasks in
      --slots N                 how many tasks it runs at the same time
      --public-url URL          the address by which runners reach this server
      --server-key-file FILE    the key that all silos on one database share (DIR/server.key)
      --silo HOST:PORT:PORT     this silo's address and two ports, to be one of several on PostgreSQL (none: no port)
      --certificates DIR        with --silo: the folder with this silo's certificate, as silo admin secrets makes it
      --leave-seconds N         how long it serves on after SIGTERM, while /readyz refuses (1; 5 with --silo)
      --payload-limit BYTES     the largest payload and config (65536)
      --schedule-limit N        how many schedules of a project may not have ended (100)
      --upload-limit BYTES      the largest zip of a code package (67108864)
      --log-limit BYTES         the largest log of a task (10485760)
      --runtime-images MAP      which image runs a zip that comes without one: ruby=ruby:3;sh=alpine:3
      --launcher-policy FILE    opens the launcher's door under this policy (none: no door)
      --log-format text|json
      --log-level LEVEL         debug (a line for each task of the runner beside it), info or warn (info)

    Each option can be given in the environment, as HYBRID_URLS and so on; the runner's key as DECRYPTION_KEY.
    """;

StandardStream.SetConsole();
try
{
    return args switch
    {
        ["admin", "history", .. var rest] => await HistoryCommand.RunAsync(rest, Console.Out),
        ["launcher", .. var rest] => await LauncherProgram.RunAsync([.. rest], Console.Out),
        ["admin", .. var rest] => await AdminProgram.RunAsync(rest, Console.Out),
        ["help" or "--help" or "-h", ..] => Say(usage),
        ["demo", .. var rest] => await DemoCommand.RunAsync(rest),
        ["up", .. var rest] => await UpCommand.RunAsync(rest),
        ["serve", .. var rest] => await ServeCommand.RunAsync(rest),
        ["ready", .. var rest] => await ReadyCommand.RunAsync(rest),
        _ => Say(usage, ExitCodes.UsageError),
    };
}
catch (ConfigurationException ex)
{
    await Console.Error.WriteLineAsync(ex.Message);
    return ExitCodes.ConfigError;
}
catch (StoreUnavailableException ex)
{
    await Console.Error.WriteLineAsync(ex.Message);
    return ExitCodes.Unavailable;
}
catch (Exception ex) when (ex is InvalidOperationException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync(ex.Message);
    return ExitCodes.Failure;
}

static int Say(string text, int exitCode = ExitCodes.Success)
{
    Console.WriteLine(text);
    return exitCode;
}
