using System.CommandLine;
using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.Commands;

/// <summary><c>silo launcher</c>: what needs the policy, the key or an executor, and so happens on the silo's machine.</summary>
internal static class LauncherCommand
{
    public static Command Build() => new(
        "launcher", "The launcher's policy and provider, on this machine. Its live launches, their output and the audit: hybrid launcher")
    {
        BuildDoctor(),
        BuildTry(),
    };

    private static Command BuildDoctor()
    {
        var command = new Command("doctor", "Check a policy, its secrets and its account, and launch nothing");
        var settings = SettingOptions.AddTo(command, SiloConfiguration.LauncherPolicyVariable);
        command.SetAction((parsed, _) => DoctorCommand.RunAsync(settings.Read(parsed), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static Command BuildTry()
    {
        var command = new Command("try", "Show a launcher at work on this machine, and leave nothing behind");
        command.SetAction((parsed, _) => DryRunCommand.RunAsync(parsed.InvocationConfiguration.Output));
        return command;
    }
}
