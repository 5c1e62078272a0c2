using Orleans.Hybrid.Domain.Steps;
using Orleans.Hybrid.Silo;
using Orleans.Hybrid.Silo.Admin;

const string usage = """
    silo [options]              runs the control plane
    silo admin ... [options]    users, tokens and projects: see silo admin

      --urls URLS               addresses to listen on, with ; between them (http://127.0.0.1:8080)
      --data-dir DIR            where the SQLite file and the server key live
      --database TEXT           PostgreSQL connection string (none: a SQLite file)
      --server-key-file FILE    the key that all silos on one database share (DIR/server.key)
      --public-url URL          the address by which runners reach this server
      --silo HOST:PORT:PORT     this silo's address among silos, with Orleans on PostgreSQL
      --log-format text|json

    Each option can be given in the environment, as HYBRID_URLS and so on.
    """;

try
{
    return args switch
    {
        ["admin", .. var rest] => await AdminProgram.RunAsync(rest, Console.Out),
        ["help" or "--help" or "-h", ..] => Say(usage),
        _ => await ServeAsync(args),
    };
}
catch (BadSettingException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return ExitCode.BadSetting;
}
catch (StoreUnavailableException away)
{
    await Console.Error.WriteLineAsync(away.Message);
    return ExitCode.NoDatabase;
}
catch (Exception refused) when (refused is InvalidOperationException or IOException)
{
    await Console.Error.WriteLineAsync(refused.Message);
    return ExitCode.Failed;
}

static async Task<int> ServeAsync(string[] args)
{
    await using var app = ControlPlane.Build(ControlPlaneSettings.Read(args));
    await app.RunAsync();
    return ExitCode.Fine;
}

static int Say(string text)
{
    Console.WriteLine(text);
    return ExitCode.Fine;
}
