using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Primitives.Output;
using OrleansHybrid.Silo.Commands;

StandardStream.SetConsole();
try
{
    return await SiloCommand.RunAsync(args, Console.Out, Console.Error);
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
