using System.Buffers.Text;
using System.Text;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Runner.Configuration;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Configuration;

/// <summary>The settings of a runner, and its messages when they are wrong (K1, U1, S40).</summary>
public sealed class RunnerSettingsTests : IDisposable
{
    private const string Secret = "do-not-tell";

    private readonly Dictionary<string, string?> _environment = new()
    {
        ["CLUSTER_ID"] = "0123456789ABCDEF01234567",
        ["CLUSTER_TOKEN"] = Token("https://control.test:8443"),
        ["HOME"] = "/home/me",
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-runner-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Two_values_are_enough()
    {
        var options = Read();

        Assert.Equal("0123456789abcdef01234567", options.ClusterId);
        Assert.Equal(new Uri("https://control.test:8443"), options.ApiUrl);
        Assert.Equal(_environment["CLUSTER_TOKEN"], options.ClusterToken);
        Assert.Equal((ExecutorKind.Docker, Environment.ProcessorCount), (options.Executor, options.Slots));
        Assert.Equal("/home/me/.local/state/hybrid/runner", options.StateDirectory);
        Assert.Null(options.SealPolicy);
    }

    [Fact]
    public void The_command_line_wins_over_the_environment()
    {
        _environment["SLOTS"] = "3";
        _environment["EXECUTOR"] = "docker";
        _environment["RUNNER_NAME"] = "another";

        var options = Read("--slots", "3", "--slots=7", "--executor", "process", "--state-dir", "/state", "--runner-name=");
        Assert.Equal((7, ExecutorKind.Process, "/state"), (options.Slots, options.Executor, options.StateDirectory));
        Assert.Equal(Environment.MachineName, options.Name);
    }

    [Fact]
    public void A_file_holds_what_neither_the_environment_nor_the_command_line_says()
    {
        _environment["SETTINGS_FILE"] = WriteSettings("""{ "SLOTS": 5, "RUNNER_NAME": " filed ", "EXECUTOR": "process", "LOG_LIMIT": "" }""");
        _environment["RUNNER_NAME"] = "of the environment";

        var options = Read("--executor", "docker");
        Assert.Equal((5, "of the environment", ExecutorKind.Docker), (options.Slots, options.Name, options.Executor));
        Assert.Equal(RunnerOptions.DefaultLogLimit, options.LogLimit);
    }

    [Theory]
    [InlineData("""{ "SLOTS": 5, "SLOT": 6 }""", "SETTINGS_FILE holds SLOT, ")]
    [InlineData("""{ "CLUSTER_TOKEN": "do-not-tell" }""", "SETTINGS_FILE holds CLUSTER_TOKEN, ")]
    [InlineData("""{ "SETTINGS_FILE": "do-not-tell" }""", "SETTINGS_FILE holds SETTINGS_FILE, ")]
    [InlineData("""{ "SLOTS": { "do-not-tell": 1 } }""", "SETTINGS_FILE holds SLOTS")]
    [InlineData("do-not-tell", "SETTINGS_FILE names a file that is not one JSON object")]
    [InlineData("[1]", "SETTINGS_FILE names a file that is not one JSON object")]
    [InlineData("""{ "SLOTS": "do-not-tell" }""", "SLOTS must be ")]
    public void I12_a_file_that_can_t_be_used_is_rejected_with_the_reason(string content, string sentence)
    {
        _environment["SETTINGS_FILE"] = WriteSettings(content);

        Assert.StartsWith(sentence, Assert.Throws<ConfigurationException>(() => Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named_by_its_setting()
    {
        _environment["SETTINGS_FILE"] = "/no/such/settings.json";

        Assert.StartsWith("SETTINGS_FILE names a file that can't be read", Assert.Throws<ConfigurationException>(() => Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_of_its_own_wins_over_the_one_in_the_token()
    {
        _environment["API_URL"] = "https://proxy.test/base";

        Assert.Equal(new Uri("https://proxy.test/base"), Read().ApiUrl);
    }

    [Fact]
    public void Secrets_can_come_from_files()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $" {Token("https://other.test")}\n");
        _environment["CLUSTER_TOKEN"] = null;
        _environment["CLUSTER_TOKEN_FILE"] = file;

        Assert.Equal(Token("https://other.test"), Read().ClusterToken);
        File.Delete(file);
    }

    [Fact]
    public void Without_a_home_the_state_lives_in_a_temporary_folder()
    {
        _environment["HOME"] = null;

        Assert.Null(Read().StateDirectory);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", null, true)]
    [InlineData("http://localhost:8080", null, true)]
    [InlineData("http://[::1]:8080", null, true)]
    [InlineData("http://10.1.2.3:8080", "1", true)]
    [InlineData("http://10.1.2.3:8080", null, false)]
    [InlineData("http://127.0.0.1.evil.test", null, false)]
    public void Plain_http_to_another_machine_must_be_allowed(string address, string? allow, bool accepted)
    {
        _environment["CLUSTER_TOKEN"] = Token(address);
        _environment["ALLOW_HTTP"] = allow;

        if (accepted)
        {
            Assert.Equal(new Uri(address), Read().ApiUrl);
        }
        else
        {
            Assert.Contains("ALLOW_HTTP=1", Assert.Throws<ConfigurationException>(() => Read()).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("CLUSTER_ID", null)]
    [InlineData("CLUSTER_ID", Secret)]
    [InlineData("CLUSTER_TOKEN", null)]
    [InlineData("CLUSTER_TOKEN", Secret)]
    [InlineData("CLUSTER_TOKEN", Secret + ".bm8gYWRkcmVzcw")]
    [InlineData("CLUSTER_TOKEN_FILE", "/no/such/" + Secret)]
    [InlineData("API_URL", Secret)]
    [InlineData("API_URL", "https://me:" + Secret + "@control.test")]
    [InlineData("DECRYPTION_KEY", Secret)]
    [InlineData("DECRYPTION_KEY", "0123456789abcdef0123456789abcde")]
    [InlineData("DECRYPTION_KEY", "00000000000000000000000000000000")]
    [InlineData("ACCEPT_SEALS", "v1")]
    [InlineData("ACCEPT_SEALS", Secret)]
    [InlineData("REQUIRE_SIGNED", "1")]
    [InlineData("REQUIRE_SIGNED", Secret)]
    [InlineData("SLOTS", "0")]
    [InlineData("SLOTS", "1001")]
    [InlineData("SLOTS", Secret)]
    [InlineData("EXECUTOR", Secret)]
    [InlineData("LOG_LIMIT", "-1")]
    [InlineData("ZIP_CACHE_LIMIT", "1000")]
    [InlineData("ZIP_UNPACKED_LIMIT", Secret)]
    [InlineData("MIN_FREE_DISK", "-1")]
    public void K1_a_wrong_setting_is_named_and_its_value_is_not(string name, string? value)
    {
        _environment[name] = value;
        if (name == "CLUSTER_TOKEN_FILE")
        {
            _environment["CLUSTER_TOKEN"] = null;
        }

        var message = Assert.Throws<ConfigurationException>(() => Read()).Message;
        Assert.StartsWith(name, message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, message, StringComparison.Ordinal);
    }

    [Fact]
    public void K1_all_that_are_wrong_are_named_at_once_in_a_line_each()
    {
        string[] wrong =
        [
            "CLUSTER_ID", "CLUSTER_TOKEN", "LINK", "REQUIRE_SIGNED", "ACCEPT_SEALS", "DECRYPTION_KEY", "ONCE", "STOP_AFTER", "CA_FILE", "METRICS",
            "LOG_FORMAT", "LOG_LEVEL", "SLOTS", "EXECUTOR", "LABELS", "LOG_LIMIT", "ZIP_CACHE_LIMIT", "ZIP_UNPACKED_LIMIT", "MIN_FREE_DISK",
            "MAX_TIMEOUT", "TASK_MEMORY", "MAX_MEMORY", "TASK_CPUS", "CPU_SHARES", "TASK_PIDS", "TASK_DISK", "MAX_DISK", "TASK_TMP", "PULL",
            "TASK_NETWORK", "TASK_DIR_TMPFS", "ALLOW_IMAGES",
        ];
        foreach (var name in wrong)
        {
            _environment[name] = name is "LABELS" or "TASK_NETWORK" or "ALLOW_IMAGES" ? $"{Secret}=,," : Secret;
        }

        var lines = Assert.Throws<ConfigurationException>(() => Read()).Message.Split('\n');

        Assert.Equal(wrong.Order(), lines.Select(line => line.Split(' ')[0]).Order());
        Assert.All(lines, line => Assert.DoesNotContain(Secret, line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, SealFormats.All)]
    [InlineData("v1", SealFormats.Envelope)]
    [InlineData("V1, s", SealFormats.Envelope | SealFormats.Symmetric)]
    [InlineData("r", SealFormats.Rsa)]
    public void The_accepted_seal_formats_can_be_narrowed(string? text, SealFormats accepted)
    {
        _environment["DECRYPTION_KEY"] = "5c1f0e3b9a7748d2b6e4037fa1c8eeff, d3a90b64e17f528c0f9be6247c351100";
        _environment["ACCEPT_SEALS"] = text;
        _environment["REQUIRE_SIGNED"] = "1";

        var seals = Read().SealPolicy!;
        Assert.Equal((accepted, true, 2), (seals.Accepted, seals.SignedOnly, seals.Keys.Ids.Count));
    }

    [Fact]
    public void K4_options_do_not_show_their_secrets()
    {
        _environment["DECRYPTION_KEY"] = "5c1f0e3b9a7748d2b6e4037fa1c8eeff";

        var text = Read().ToString();
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        Assert.DoesNotContain("0011", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Through_gateways_no_address_of_the_control_plane_is_needed()
    {
        _environment["LINK"] = "grains";
        _environment["GATEWAYS"] = "silo-1:30000, 10.0.0.6:30001,[::1]:30002";
        SetCertificate();
        _environment["CLUSTER_TOKEN"] = Secret;

        var options = Read();

        Assert.Null(options.ApiUrl);
        Assert.Equal([("silo-1", 30000), ("10.0.0.6", 30001), ("::1", 30002)], options.Gateways!.Addresses.Select(each => (each.Host, each.Port)));
        Assert.DoesNotContain(Secret, options.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LINK", "carrier pigeon")]
    [InlineData("GATEWAYS", "10.0.0.7")]
    [InlineData("GATEWAYS", "10.0.0.7:port")]
    [InlineData("GATEWAYS", "10.0.0.7:0")]
    [InlineData("GATEWAYS", "10.0.0.7:65536")]
    [InlineData("GATEWAYS", "silo-1:30000,:11112")]
    [InlineData("GATEWAYS", "")]
    [InlineData("GATEWAY_CERTIFICATE_FILE", "")]
    [InlineData("GATEWAY_CERTIFICATE_FILE", "/nowhere/runner.crt")]
    [InlineData("GATEWAY_KEY_FILE", "")]
    [InlineData("GATEWAY_CA_FILE", "")]
    public void A_link_that_can_t_be_is_rejected_by_the_name_of_its_setting(string name, string value)
    {
        _environment["LINK"] = "grains";
        _environment["GATEWAYS"] = "10.0.0.7:30000";
        SetCertificate();
        _environment[name] = value;

        Assert.StartsWith(name, Assert.Throws<ConfigurationException>(() => Read()).Message, StringComparison.Ordinal);
    }

    private string WriteSettings(string content)
    {
        var file = Path.Combine(_folder.FullName, "settings.json");
        File.WriteAllText(file, content);
        return file;
    }

    private void SetCertificate()
    {
        foreach (var (name, value) in TestCertificates.Shared.Runner.Settings)
        {
            _environment[name] = value;
        }
    }

    private static string Token(string address) =>
        $"{Secret}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(address))}";

    private RunnerOptions Read(params string[] args) =>
        RunnerSettings.Read(RunnerArguments.Read(args, _environment.GetValueOrDefault), RunnerArguments.ReadSecrets(_environment.GetValueOrDefault));
}
