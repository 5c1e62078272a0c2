using Microsoft.Extensions.Configuration;
using OrleansHybrid.Runner.Configuration;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>The options of a command line, as the runner reads them.</summary>
internal static class RunnerArguments
{
    /// <summary>The settings that they and the environment give.</summary>
    public static IConfiguration Read(string[] arguments, Func<string, string?> environment)
    {
        var program = new CommandLineProgram("test", usageErrorCode: 2);
        var root = program.CreateRoot("A test");
        var settings = SettingOptions.AddTo(root);
        Func<IConfiguration>? read = null;
        root.SetAction(parsed => read = () => settings.Read(parsed, environment));
        var error = new StringWriter();
        Assert.True(program.RunAsync(root, arguments, TextWriter.Null, error).IsCompletedSuccessfully);
        return read?.Invoke() ?? throw new InvalidOperationException(error.ToString());
    }

    /// <summary>What the reader of some settings makes of them; throws with what is wrong.</summary>
    public static T Read<T>(IConfiguration source, Func<SettingReader, T> read)
    {
        var settings = new SettingReader(name => source[name]);
        return settings.Complete(read(settings));
    }

    /// <summary>The secrets beside that.</summary>
    public static SecretSource ReadSecrets(Func<string, string?> environment, Func<Stream>? input = null) =>
        new(Read([], environment), environment, input);
}
