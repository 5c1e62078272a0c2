using OrleansHybrid.Primitives.Http;
using OrleansHybrid.Primitives.Output;
using OrleansHybrid.Runner;
using OrleansHybrid.Runner.Configuration;
using OrleansHybrid.Runner.Diagnostics;
using OrleansHybrid.Runner.Logging;
using OrleansHybrid.Runner.Systemd;

StandardStream.SetConsole();
if (args is ["--help" or "-h"])
{
    Console.WriteLine(Usage.Text);
    return ExitCodes.Success;
}

try
{
    ProcessSecrets.ForbidDumps();
    if (args is ["doctor", .. var asked])
    {
        return await DoctorProgram.RunAsync(asked, Environment.GetEnvironmentVariable, OutboundProxy.Default, Console.Out);
    }

    var source = new SettingSource(args, Environment.GetEnvironmentVariable);
    var (logFormat, logLevel) = (MonitoringSettings.ReadLogFormat(source), MonitoringSettings.ReadLogLevel(source));
    var options = RunnerSettings.Read(source);
    DockerSocketCheck.Verify(source, options);
    PrivilegeDrop.Apply(source, options);
    ProcessSecrets.RemoveFromEnvironment(RunnerSettings.Secrets);
    source.WipeSecrets();
    using var keys = options.SealPolicy?.Keys;
    using var signals = new ShutdownSignals();
    using var loggers = ConsoleLog.Create(logFormat, logLevel);
    using var service = SystemdNotifier.FromEnvironment(Environment.GetEnvironmentVariable, TimeProvider.System, isMonitored: options.MonitoringEndpoint is not null);
    return await RunnerHost.RunAsync(options, loggers, signals.Tokens, service);
}
catch (ConfigurationException ex)
{
    await Console.Error.WriteLineAsync(ex.Message);
    return ExitCodes.ConfigError;
}
