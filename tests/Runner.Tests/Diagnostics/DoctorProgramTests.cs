using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OrleansHybrid.Runner.Diagnostics;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Diagnostics;

/// <summary>The report of <c>doctor</c> about a machine.</summary>
public sealed class DoctorProgramTests : IDisposable
{
    private const string KeyText = "a1b29c04e5f6d7183b6a4f5c0e7e8291";

    private static readonly string[] Names =
    [
        "settings", "dns", "tcp", "proxy", "tls", "control-plane", "clock", "token", "engine", "limits", "network", "docker-disk",
        "container", "state", "key", "decryption",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-doctor-test-");
    private readonly Dictionary<string, string> _environment = new()
    {
        ["CLUSTER_ID"] = new string('1', 24),
        ["EXECUTOR"] = "process",
    };

    public void Dispose() => _folder.Delete(recursive: true);

    [DockerFact(Timeout = 120_000)]
    public async Task On_a_sound_machine_every_check_answers_no_session_stays_and_no_secret_is_shown()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        using var pair = RSA.Create(2048);
        _environment["EXECUTOR"] = "docker";
        _environment["DECRYPTION_KEY"] = $"{KeyText}\n{pair.ExportPkcs8PrivateKeyPem()}";
        var (exitCode, said) = await AsProcessAsync(plane, "--json", "--image", TestImages.Busybox);

        Assert.True(exitCode == 0, $"{exitCode}: {said}");
        var report = JsonNode.Parse(said)!;
        var checks = report["checks"]!.AsArray().ToDictionary(check => (string)check!["name"]!, check => check!);
        Assert.Equal(0, (int)report["exit_code"]!);
        Assert.Equal(Names, checks.Keys);
        Assert.DoesNotContain(checks.Values, check => (string)check["status"]! == "fail");
        Assert.StartsWith($"one of {TestImages.Busybox} ran", (string)checks["container"]["words"]!, StringComparison.Ordinal);
        Assert.Contains("1.2.3", (string)checks["control-plane"]["words"]!, StringComparison.Ordinal);
        Assert.StartsWith("2 of them", (string)checks["key"]["words"]!, StringComparison.Ordinal);
        Assert.Equal(1, plane.Enrolments.Count);
        Assert.Null((await plane.Enrolments.NextAsync()).Previous);
        Assert.True((await plane.Releases.NextAsync()).Leaving);
        Assert.DoesNotContain(KeyText, said, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeControlPlane.ClusterToken, said, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", said, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wrong_token_fails_by_itself_with_the_remedy_and_exit_code_1()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        _environment["CLUSTER_TOKEN"] = Token("another", plane.Address);
        var (exitCode, lines) = await AskAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith("fail token: CLUSTER_TOKEN is not valid", Assert.Single(lines, IsFailure), StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("ok control-plane: version 1.2.3", StringComparison.Ordinal));
        Assert.Equal(0, plane.Releases.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_nothing_listens_the_port_check_fails_and_local_checks_still_run()
    {
        _environment["CLUSTER_TOKEN"] = Token("x", new Uri("http://127.0.0.1:1"));
        var (exitCode, lines) = await AskAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains(lines, line => line.StartsWith("ok dns:", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("fail tcp:", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains(" state: ", StringComparison.Ordinal) && line.Contains("GiB", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_broken_key_is_named_without_its_value_and_the_exit_code_is_78()
    {
        _environment["CLUSTER_TOKEN"] = Token("x", new Uri("http://127.0.0.1:1"));
        _environment["DECRYPTION_KEY"] = "deadbeef";
        var (exitCode, lines) = await AskAsync();

        Assert.Equal(78, exitCode);
        Assert.Contains(lines, line => line.StartsWith("fail settings: DECRYPTION_KEY", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("fail key: DECRYPTION_KEY", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("warn token: not checked", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("deadbeef", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_check_that_hangs_or_breaks_is_bounded_and_holds_up_no_other()
    {
        Check[] checks =
        [
            new("hangs", _ => new TaskCompletionSource<CheckResult>().Task) { Timeout = TimeSpan.FromMilliseconds(50) },
            new("breaks", _ => throw new InvalidDataException("at http://me:secret@proxy.test\nforged: line")),
            new("well", _ => Task.FromResult(CheckResult.Ok("fine"))),
        ];
        var said = new List<string>();
        await foreach (var answer in CheckRunner.RunAsync(checks))
        {
            said.Add(answer.ToString());
        }

        Assert.Equal(["fail hangs: no response within 0.1 s", "fail breaks: at http://proxy.test forged: line", "ok well: fine"], said);
    }

    private static bool IsFailure(string line) => line.StartsWith("fail", StringComparison.Ordinal);

    private static string Token(string secret, Uri address) =>
        $"{secret}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(address.ToString()))}";

    private async Task<(int ExitCode, string[] Lines)> AskAsync()
    {
        _environment["STATE_DIR"] = _folder.FullName;
        var output = new StringWriter();
        var exitCode = await DoctorProgram.RunAsync(
            RunnerArguments.Read([], _environment.GetValueOrDefault),
            RunnerArguments.ReadSecrets(_environment.GetValueOrDefault),
            asJson: false,
            image: null,
            new WebProxy(),
            output);
        return (exitCode, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private async Task<(int ExitCode, string Output)> AsProcessAsync(FakeControlPlane plane, params string[] args)
    {
        _environment["CLUSTER_TOKEN"] = Token(FakeControlPlane.ClusterToken, plane.Address);
        _environment["STATE_DIR"] = _folder.FullName;
        return await DoctorProcess.RunAsync(_environment, args);
    }
}
