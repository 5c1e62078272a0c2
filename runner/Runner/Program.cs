using OrleansHybrid.Primitives.Http;
using OrleansHybrid.Primitives.Output;
using OrleansHybrid.Runner;
using OrleansHybrid.Runner.Doctor;
using OrleansHybrid.Runner.Journal;
using OrleansHybrid.Runner.Settings;
using OrleansHybrid.Runner.Supervision;

StandardStream.SetConsole();
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
        return await DoctorProgram.RunAsync(asked, Environment.GetEnvironmentVariable, OutboundProxy.Default, Console.Out);
    }

    var source = new SettingSource(args, Environment.GetEnvironmentVariable);
    var (logFormat, logLevel) = (OutsideSettings.LogFormatIn(source), OutsideSettings.LogLevelIn(source));
    var options = RunnerSettings.Read(source);
    SocketWanted.For(source, options);
    RootGivenUp.For(source, options);
    ProcessSecrets.Forget(RunnerSettings.Secrets);
    source.Forget();
    using var keys = options.Seals?.Keys;
    using var signals = new StopSignals();
    using var loggers = ConsoleLog.Create(logFormat, logLevel);
    using var service = ServiceManager.From(Environment.GetEnvironmentVariable, TimeProvider.System, isLookedAt: options.Metrics is not null);
    return await RunnerProcess.RunAsync(options, loggers, signals.Tokens, service);
}
catch (BadSettingException ex)
{
    await Console.Error.WriteLineAsync(ex.Message);
    return ExitCode.BadSetting;
}
