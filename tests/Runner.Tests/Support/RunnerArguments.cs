using OrleansHybrid.CommandLine;
using OrleansHybrid.Runner.Configuration;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>The options of a command line, as the runner reads them.</summary>
internal static class RunnerArguments
{
    /// <summary>What they and the environment give.</summary>
    public static SettingSource Read(string[] arguments, Func<string, string?> environment, Func<Stream>? input = null)
    {
        var program = new CommandLineProgram("test", "0", usageErrorCode: 2);
        var root = program.CreateRoot("A test");
        var settings = SettingOptions.AddTo(root);
        SettingSource? source = null;
        root.SetAction(parsed => source = settings.Read(parsed, environment, input));
        var error = new StringWriter();
        Assert.True(program.RunAsync(root, arguments, TextWriter.Null, error).IsCompletedSuccessfully);
        return source ?? throw new InvalidOperationException(error.ToString());
    }
}
