using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Configuration;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Policy;
using OrleansHybrid.Runner.Sandboxes;
using OrleansHybrid.Runner.Sandboxes.Containers;
using OrleansHybrid.Runner.Tests.Sandboxes.Containers;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Policy;

/// <summary>The operator's policy as a file: understood whole, or not at all (K1).</summary>
public sealed class PolicyFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-policy-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void All_of_it_is_read()
    {
        var policy = Read(
            """
            {
              // The render farm.
              "others": "refuse",
              "rules": [
                { "images": ["registry.test/old/**"], "refuse": true },
                {
                  "images": ["registry.test/render@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"],
                  "memory": "8g", "cpus": 3.5, "cpu_shares": 512, "pids": 1000, "disk": "50g", "tmp": "0", "timeout": 7200, "log": "1m",
                  "pull": "always", "network": "container:vpn", "init": false,
                  "capabilities": ["CAP_NET_RAW", "IPC_LOCK"],
                  "devices": [{ "host": "/dev/dri/card0", "writable": true }],
                  "mounts": [{ "host": "/srv/models", "container": "/models" }],
                },
              ]
            }
            """);

        Assert.False(policy.AllowOthers);
        Assert.Null(policy.Rules[0].Grant);
        var grant = policy.Rules[1].Grant!;
        Assert.Equal((8L << 30, 3.5, 512, 1000), (grant.MemoryBytes, grant.Cpus, grant.CpuShares, grant.Pids));
        Assert.Equal((50L << 30, 0, 7200, 1 << 20), (grant.DiskBytes, grant.TmpBytes, grant.TimeoutSeconds, grant.LogBytes));
        Assert.Equal((PullPolicy.Always, "container:vpn", false), (grant.Pull, grant.Network, grant.Init));
        Assert.Equal(["NET_RAW", "IPC_LOCK"], grant.Capabilities);
        Assert.Equal([new HostDevice("/dev/dri/card0", "/dev/dri/card0", true)], grant.Devices);
        Assert.Equal([new HostMount("/srv/models", "/models", false)], grant.Mounts);
        Assert.False(policy.Rules[1].TrustsMutableTags);
    }

    [Fact]
    public void The_guides_example_is_one_that_runs()
    {
        var guide = File.ReadAllText(Path.Combine(TestImages.Root, "docs", "reference", "runner.md"));
        var after = guide[guide.IndexOf("### The policy file", StringComparison.Ordinal)..];
        var example = after[(after.IndexOf("```json", StringComparison.Ordinal) + "```json".Length)..];
        example = example[..example.IndexOf("```", StringComparison.Ordinal)].Replace("…", new string('a', 64), StringComparison.Ordinal);

        var policy = Read(example);

        Assert.True(policy.AllowOthers);
        Assert.Equal([false, true, true, true], policy.Rules.Select(rule => rule.Grant is not null));
        Assert.Equal([new HostMount("/srv/models", "/models", false)], policy.Rules[1].Grant!.Mounts);
    }

    [Theory]
    [InlineData(false, true, "POLICY_FILE rules[0] gives its images (pinned by digest) access to this host; without REQUIRE_SIGNED=1")]
    [InlineData(false, false, "not pinned by digest, so anyone who can push them decides too) access to this host; without REQUIRE_SIGNED=1")]
    [InlineData(true, false, null)]
    public void Rules_that_trust_mutable_tags_are_logged_at_the_start_unless_instructions_are_signed(bool signedOnly, bool pinned, string? told)
    {
        var image = pinned ? $"a@sha256:{new string('a', 64)}" : "a:1";
        var policy = Read($$"""{"others":"run","rules":[{"images":["{{image}}"],"devices":[{"host":"/dev/dri/card0"}]},{"images":["b"],"cpus":1}]}""");
        var log = new RecordingLogger();
        var options = new RunnerOptions
        {
            ClusterId = "",
            ClusterToken = "",
            ApiUrl = null,
            Executor = ExecutorKind.Docker,
            SealPolicy = SealPolicies.Of("4f1c8a2be97d3350c6b1e8f49a07d2e55b83c1f6a94e7d20318bc65fd97a2e4c", signedOnly: signedOnly),
            Docker = new DockerOptions { Policy = policy },
        };

        using var services = new ServiceCollection()
            .AddLogging(to => to.AddProvider(new SingleLoggerProvider(log)))
            .AddSandboxes(options)
            .BuildServiceProvider();
        Assert.IsType<DockerSandboxFactory>(services.GetRequiredService<ISandboxFactory>());

        if (told is null)
        {
            Assert.Empty(log.Lines);
        }
        else
        {
            Assert.Contains(told, Assert.Single(log.Lines), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"rules":[]}""", "others must be")]
    [InlineData("""{"others":"run"}""", "rules is missing")]
    [InlineData("null", "the document must be")]
    [InlineData("[]", "line 1, the document is")]
    [InlineData("{\"others\":\"run\",\n\"rules\":[}", "line 2, ")]
    [InlineData("""{"others":"run","rules":[],"privileged":true}""", "line 1, privileged is unknown")]
    [InlineData("""{"others":"run","others":"refuse","rules":[]}""", "line 1, others is")]
    [InlineData("""{"others":"run","rules":[null]}""", "rules[0] must not be null")]
    [InlineData("""{"others":"run","rules":[{}]}""", "rules[0].images is missing")]
    public void A_document_that_is_none_is_rejected_with_its_file_and_place(string text, string problem) => AssertRefused(text, problem);

    [Theory]
    [InlineData("\"privileged\":true", "line 1, rules[0].privileged is unknown")]
    [InlineData("\"Memory\":\"1g\"", "line 1, rules[0].Memory is unknown")]
    [InlineData("\"memory\":1073741824", "line 1, rules[0].memory is")]
    [InlineData("\"memory\":\"lots\"", "rules[0].memory must be")]
    [InlineData("\"pids\":0", "rules[0].pids must be")]
    [InlineData("\"cpus\":0", "rules[0].cpus must be")]
    [InlineData("\"timeout\":1.5", "line 1, rules[0].timeout is")]
    [InlineData("\"pull\":\"Always\"", "rules[0].pull must be")]
    [InlineData("\"network\":\"container:\"", "rules[0].network must be")]
    [InlineData("\"network\":\"a b\"", "rules[0].network must be")]
    [InlineData("\"refuse\":true,\"pids\":5", "rules[0].refuse excludes all other")]
    [InlineData("\"capabilities\":[\"ALL\"]", "rules[0].capabilities[0] gives full control of the host")]
    [InlineData("\"capabilities\":[\"NET_RAW\",\"CAP_SYS_ADMIN\"]", "rules[0].capabilities[1] gives full control of the host")]
    [InlineData("\"capabilities\":[\"net_raw\"]", "rules[0].capabilities[0] is no capability")]
    [InlineData("\"capabilities\":[null]", "rules[0].capabilities[0] must not be null")]
    [InlineData("\"devices\":[{\"host\":\"/dev\"}]", "rules[0].devices[0].host must be a device")]
    [InlineData("\"devices\":[{\"host\":\"/dev/../etc/shadow\"}]", "rules[0].devices[0].host must be a device")]
    [InlineData("\"devices\":[{\"host\":\"/dev/mem\"}]", "rules[0].devices[0].host gives access")]
    [InlineData("\"devices\":[{\"host\":\"/dev/kvm\",\"mode\":\"rwm\"}]", "line 1, rules[0].devices[0].mode is unknown")]
    [InlineData("\"mounts\":[{\"host\":\"/srv\",\"container\":\"/\"}]", "rules[0].mounts[0].container must be")]
    [InlineData("\"mounts\":[{\"host\":\"/srv\",\"container\":\"/proc/sys\"}]", "rules[0].mounts[0].container must not be")]
    [InlineData("\"mounts\":[{\"host\":\"srv\"}]", "rules[0].mounts[0].host must be an absolute path")]
    [InlineData("\"mounts\":[{\"host\":\"/srv/../etc\"}]", "rules[0].mounts[0].host must be an absolute path")]
    [InlineData("\"mounts\":[{\"container\":\"/srv\"}]", "rules[0].mounts[0].host must be an absolute path")]
    public void A_rule_that_is_half_understood_or_too_loose_is_rejected_with_its_place(string member, string problem) =>
        AssertRefused($$"""{"others":"run","rules":[{"images":["a"],{{member}}}]}""", problem);

    [Theory]
    [InlineData("/")]
    [InlineData("/var/run/docker.sock")]
    [InlineData("/run")]
    [InlineData("/var")]
    [InlineData("/var/lib/docker/volumes")]
    [InlineData("/proc/1/root")]
    [InlineData("/etc")]
    [InlineData("/dev/shm")]
    [InlineData("/own/state")]
    [InlineData("/own")]
    [InlineData("/own/state/session")]
    [InlineData("/etc/cron.d")]
    [InlineData("/root/.ssh")]
    [InlineData("/root")]
    [InlineData("/home/ann/.ssh")]
    [InlineData("/etc/ssh/ssh_host_ed25519_key")]
    [InlineData("/var/spool/cron/crontabs")]
    public void V10_I14_what_would_hand_over_the_host_or_the_runner_is_no_mount(string host) => AssertRefused(
        $$"""{"others":"run","rules":[{"images":["a"],"mounts":[{"host":"{{host}}","container":"/given"}]}]}""",
        "rules[0].mounts[0].host gives full control of the host");

    [Theory]
    [InlineData("/own/statement")]
    [InlineData("/variable")]
    [InlineData("/srv/a b/ü,c:d")]
    public void Any_other_folder_can_be_one(string host) =>
        Assert.Equal(host, Assert.Single(Read(
            $$"""{"others":"run","rules":[{"images":["a"],"mounts":[{"host":"{{host}}"}]}]}""").Rules[0].Grant!.Mounts).Container);

    [Fact]
    public void A_file_that_is_missing_or_anybodys_is_rejected()
    {
        var missing = Assert.Throws<ConfigurationException>(() => PolicyFile.Read("/no/such/policy.json"));
        Assert.StartsWith("POLICY_FILE /no/such/policy.json: can't be read", missing.Message, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
        {
            var path = Written("""{"others":"run","rules":[]}""");
            File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
            var anybodys = Assert.Throws<ConfigurationException>(() => PolicyFile.Read(path));
            Assert.Contains("can be written by everybody", anybodys.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void B8_a_byte_order_mark_is_skipped() =>
        Assert.True(Read("\ufeff{\"others\":\"run\",\"rules\":[]}").AllowOthers);

    private void AssertRefused(string text, string problem)
    {
        var message = Assert.Throws<ConfigurationException>(() => Read(text)).Message;

        Assert.StartsWith($"POLICY_FILE {_folder.FullName}/policy.json: {problem}", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.DoesNotContain("Orleans", message, StringComparison.Ordinal);
    }

    private ImagePolicy Read(string text) => PolicyFile.Read(Written(text), "/own/state");

    private sealed class SingleLoggerProvider(ILogger log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void Dispose()
        {
        }
    }

    private string Written(string text)
    {
        var path = Path.Combine(_folder.FullName, "policy.json");
        File.WriteAllText(path, text);
        return path;
    }
}
