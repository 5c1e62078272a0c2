using System.Text.Json;
using OrleansHybrid.Support.Iron;
using static OrleansHybrid.Cli.Tests.CliFixture;

namespace OrleansHybrid.Cli.Tests.Commands;

public sealed class LoginCommandTests
{
    private const string Keep = $"POST {Project}/credentials";

    [Theory(Timeout = 10_000)]
    [InlineData("docker login -e a@b.c -u ann -p s3cret -url registry.example.com:5000", "registry.example.com:5000")]
    [InlineData("docker login --email a@b.c --username ann --password-file pass.txt", "")]
    [InlineData("docker login -e a@b.c -u ann --password-file -", "")]
    public async Task A_login_travels_as_docker_writes_it_and_the_password_is_not_shown(string line, string registry)
    {
        await using var test = await StartAsync();
        test.Server.On(Keep, FakeResponse.Json("""{"msg":"Credentials added."}"""));
        test.WriteFile("pass.txt", "s3cret\n");
        test.Input = "s3cret";

        var outcome = await test.RunAsync(line);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Out));
        Assert.DoesNotContain("s3cret", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(line.Contains(" -p ", StringComparison.Ordinal), outcome.Error.Contains("warning", StringComparison.Ordinal));
        var auth = JsonElement.Parse(test.Server.Single(Keep).Bytes).GetProperty("auth").GetBytesFromBase64();
        var login = JsonElement.Parse(auth);
        Assert.Equal(
            ("ann", "s3cret", "a@b.c", registry),
            (Text(login, "username"), Text(login, "password"), Text(login, "email"), Text(login, "serveraddress")));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("docker login -u ann")]
    [InlineData("docker login -p x")]
    [InlineData("docker login -u ann -p x --password-file y")]
    public async Task Missing_and_repeated_values_are_reported(string line)
    {
        await using var test = await StartAsync();

        var outcome = await test.RunAsync(line);

        Assert.Equal(ExitCodes.UsageError, outcome.ExitCode);
        Assert.Empty(test.Server.Requests);
    }

    private static string? Text(JsonElement login, string name) => login.GetProperty(name).GetString();
}
