namespace OrleansHybrid.Cli.Tests.Commands;

/// <summary>Commands that only the program silo has are passed on to it.</summary>
public sealed class SiloCommandTests
{
    private const string Script = "#!/bin/sh\nprintf '%s|' \"$@\" > told\nexit 7\n";

    [Theory(Timeout = 20_000)]
    [InlineData("launcher doctor", "launcher|doctor|")]
    [InlineData("launcher try --policy p.yaml x", "launcher|try|--policy|p.yaml|x|")]
    [InlineData("launcher try --json", "launcher|try|--json|")]
    [InlineData("--env try launcher try -v", "launcher|try|-v|")]
    public async Task The_program_that_is_named_gets_the_rest_of_the_line_and_its_exit_code_counts(string line, string told)
    {
        await using var test = await CliFixture.StartUnconfiguredAsync();
        test.Variables["HYBRID_SILO_PROGRAM"] = Program(test, "the-silo");

        var outcome = await test.RunAsync(line);

        Assert.Equal((7, "", ""), (outcome.ExitCode, outcome.Out, outcome.Error));
        Assert.Equal(told, await File.ReadAllTextAsync(Path.Combine(test.WorkingFolder, "told")));
        Assert.Empty(test.Server.Requests);
    }

    [Fact(Timeout = 20_000)]
    public async Task It_is_found_on_the_path()
    {
        await using var test = await CliFixture.StartUnconfiguredAsync();
        Program(test, "silo");
        test.Variables["PATH"] = $"/nowhere{Path.PathSeparator}{test.WorkingFolder}";

        Assert.Equal(7, (await test.RunAsync("launcher doctor")).ExitCode);
    }

    [Theory(Timeout = 20_000)]
    [InlineData("silo")]
    [InlineData("OrleansHybrid.Silo")]
    [InlineData("../silo/silo")]
    public async Task It_is_found_beside_this_program(string place)
    {
        await using var test = await CliFixture.StartUnconfiguredAsync();
        test.ProgramFolder = Directory.CreateDirectory(Path.Combine(test.WorkingFolder, "hybrid")).FullName;
        Program(test, Path.Combine("hybrid", place));

        Assert.Equal(7, (await test.RunAsync("launcher doctor")).ExitCode);
    }

    [Fact(Timeout = 20_000)]
    public async Task Where_there_is_none_it_says_where_to_run_it()
    {
        await using var test = await CliFixture.StartUnconfiguredAsync();
        test.ProgramFolder = test.WorkingFolder;

        var nowhere = await test.RunAsync("launcher doctor");
        test.Variables["HYBRID_SILO_PROGRAM"] = "not-there";
        var misnamed = await test.RunAsync("launcher doctor");

        Assert.Equal((ExitCodes.ConfigError, ExitCodes.ConfigError), (nowhere.ExitCode, misnamed.ExitCode));
        Assert.Contains("run `silo launcher doctor` on the machine", nowhere.Error, StringComparison.Ordinal);
        Assert.Contains("not-there can't be started", misnamed.Error, StringComparison.Ordinal);
    }

    private static string Program(CliFixture test, string name)
    {
        var file = Path.GetFullPath(Path.Combine(test.WorkingFolder, name));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, Script);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }
}
