using OrleansHybrid.Primitives.Output;
using OrleansHybrid.Runner;
using OrleansHybrid.Runner.Configuration;

StandardStream.SetConsole();
try
{
    ProcessSecrets.ForbidDumps();
    return await RunnerCommand.RunAsync(args, Console.Out, Console.Error);
}
catch (ConfigurationException ex)
{
    await Console.Error.WriteLineAsync(ex.Message);
    return ExitCodes.ConfigError;
}
