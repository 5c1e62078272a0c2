using Microsoft.Extensions.Configuration;
using OrleansHybrid.Silo.Commands;

namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>The options of a command line, as <c>silo up</c> reads them.</summary>
internal static class SiloArguments
{
    /// <summary>The settings that they and the environment give.</summary>
    public static IConfiguration Read(string[] arguments, Func<string, string?> environment)
    {
        var program = new CommandLineProgram("test", usageErrorCode: 2);
        var root = program.CreateRoot("A test");
        var settings = SettingOptions.AddTo(root);
        IConfiguration? configuration = null;
        root.SetAction(parsed => configuration = settings.Read(parsed, environment));
        var error = new StringWriter();
        var run = program.RunAsync(root, arguments, TextWriter.Null, error);
        Assert.True(run.IsCompleted);
        run.GetAwaiter().GetResult();
        return configuration ?? throw new InvalidOperationException(error.ToString());
    }
}
