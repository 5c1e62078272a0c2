using Microsoft.Extensions.Logging;
using Orleans.Hybrid.Runner;
using Orleans.Hybrid.Runner.Doctor;
using Orleans.Hybrid.Runner.Settings;
using Orleans.Hybrid.Runner.Supervision;

if (args is ["--help" or "-h"])
{
    Console.WriteLine(Usage.Text);
    return ExitCode.Done;
}

try
{
    ProcessSecrets.ForbidDumps();
    if (args is ["doctor", .. var asked])
    {
        return await DoctorProgram.RunAsync(asked, Environment.GetEnvironmentVariable, HttpClient.DefaultProxy, Console.Out);
    }

    var source = new SettingSource(args, Environment.GetEnvironmentVariable);
    var options = RunnerSettings.Read(source);
    SocketWanted.For(source, options);
    RootGivenUp.For(source, options);
    ProcessSecrets.Forget(RunnerSettings.Secrets);
    using var keys = options.Seals?.Keys;
    using var signals = new StopSignals();
    using var loggers = LoggerFactory.Create(logging => logging
        .AddFilter("Orleans", LogLevel.Warning)
        .AddFilter("Orleans.Hybrid", LogLevel.Information)
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
        }));
    using var service = ServiceManager.From(Environment.GetEnvironmentVariable, TimeProvider.System);
    return await RunnerProcess.RunAsync(options, loggers, signals.Tokens, service);
}
catch (BadSettingException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return ExitCode.BadSetting;
}
