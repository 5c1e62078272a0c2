using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Contracts.Registries;
using static OrleansHybrid.Cli.Configuration.OptionFactory;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid docker login -u USER -p PASSWORD [-url REGISTRY]</c></summary>
internal sealed class LoginCommand(CliConsole console, GlobalOptions globals)
{
    private readonly Option<string> _email = CreateOption<string>("email", "E-mail address, which registries pass over", "EMAIL", "e");
    private readonly Option<string> _user = CreateOption<string>("username", "User name at the registry", "USER", "u");
    private readonly Option<string> _password = CreateOption<string>("password", "Password or token", "PASSWORD", "p");
    private readonly Option<string> _file = CreateOption<string>("password-file", "File with that password, - for stdin", "FILE");
    private readonly Option<string> _registry = CreateOption<string>("url", "The registry, Docker Hub when left out", "REGISTRY");

    public static Command Build(CliConsole console, GlobalOptions globals) => new LoginCommand(console, globals).Build();

    private Command Build()
    {
        _user.Required = true;
        var command = new Command("login", "Keep a login for a registry: runners get it with tasks whose image lies there")
        {
            _email, _user, _password, _file, _registry,
        };
        command.MakeExclusive(_password, _file);
        command.SetAction(LoginAsync);
        return command;
    }

    private async Task LoginAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var login = new RegistryCredentials
        {
            Username = parsed.GetRequiredValue(_user),
            Password = Password(parsed),
            Email = parsed.GetValue(_email) ?? "",
            Serveraddress = parsed.GetValue(_registry) ?? "",
        };
        using var client = globals.CreateProjectClient(parsed, console);
        await client.Codes.SetRegistryCredentialsAsync(login, cancellationToken);
        if (!globals.TryWriteJson(parsed, console, new LoginOutput(login.Username, login.Serveraddress), CliJson.Default.LoginOutput))
        {
            var registry = login.Serveraddress.Length > 0 ? login.Serveraddress : "Docker Hub";
            console.WriteMessage($"{registry}: the login of {login.Username} is kept");
        }
    }

    private string Password(ParseResult parsed)
    {
        if (parsed.GetValue(_password) is { } argument)
        {
            console.WriteMessage(
                "warning: a password on the command line can be read by every user of this machine; "
                + "--password-file keeps it to yourself");
            return argument;
        }

        return parsed.GetValue(_file) is { } path
            ? console.ReadText(path).TrimEnd('\r', '\n')
            : throw new CliException(ExitCodes.UsageError, "give --password or --password-file");
    }
}
