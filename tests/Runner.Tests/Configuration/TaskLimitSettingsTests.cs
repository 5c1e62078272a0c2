using Microsoft.Extensions.Configuration;
using OrleansHybrid.Primitives.Codes;
using OrleansHybrid.Runner.Configuration;
using OrleansHybrid.Runner.Sandboxes.Containers;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Configuration;

/// <summary>The settings about what a task gets, and what is said when they are wrong (K1).</summary>
public sealed class TaskLimitSettingsTests
{
    private readonly Dictionary<string, string?> _environment = [];

    [Fact]
    public void Without_any_a_task_gets_what_it_always_got()
    {
        Assert.Equal(new DockerOptions(), Read());
        Assert.Equal(int.MaxValue, RunnerArguments.Read(Source(), TaskLimitSettings.ReadMaxTimeout));
    }

    [Fact]
    public void Each_has_its_place()
    {
        foreach (var (name, value) in new[]
        {
            ("TASK_MEMORY", "64m"), ("MAX_MEMORY", "2G"), ("TASK_CPUS", "1.5"), ("CPU_SHARES", "2"), ("TASK_PIDS", "10"), ("TASK_DISK", "0"),
            ("MAX_DISK", "1.5g"), ("TASK_TMP", "1048576"), ("MAX_TIMEOUT", "90"), ("PULL", "always"), ("TASK_NETWORK", "none"),
        })
        {
            _environment[name] = value;
        }

        var options = Read();

        Assert.Equal((64L << 20, 2L << 30, 1.5, 2, 10), (options.MemoryBytes, options.MaxMemoryBytes, options.Cpus, options.CpuShares, options.Pids));
        Assert.Equal((0, 3L << 29, 1L << 20), (options.DiskBytes, options.MaxDiskBytes, options.TmpBytes));
        Assert.Equal((PullPolicy.Always, "none", 90), (options.Pull, options.Network, RunnerArguments.Read(Source(), TaskLimitSettings.ReadMaxTimeout)));
    }

    [MemoryFact]
    public void A_folder_for_files_of_tasks_is_in_memory_and_nobody_elses()
    {
        var own = MachineFolders.CreateInMemory();
        try
        {
            _environment["TASK_DIR_TMPFS"] = own;
            Assert.Equal(own, Read().TmpfsDirectory);

            File.SetUnixFileMode(own, File.GetUnixFileMode(own) | UnixFileMode.GroupWrite);
            Assert.Contains("writable by other users", Assert.Throws<ConfigurationException>(() => Read()).Message, StringComparison.Ordinal);
            _environment["TASK_DIR_TMPFS"] = "/proc";
            Assert.Contains("TASK_DIR_TMPFS is not in memory", Assert.Throws<ConfigurationException>(() => Read()).Message, StringComparison.Ordinal);
            _environment["TASK_DIR_TMPFS"] = "1";
            Assert.Contains("the full path of a folder", Assert.Throws<ConfigurationException>(() => Read()).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(own);
        }
    }

    [Fact]
    public void IronWorkers_own_name_for_memory_is_taken_too()
    {
        _environment["MEMORY_PER_JOB"] = "256M";

        Assert.Equal(256L << 20, Read().MemoryBytes);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("7b", 7)]
    [InlineData("1k", 1024)]
    [InlineData("1 KB", 1024)]
    [InlineData("1.5MiB", 3 << 19)]
    [InlineData("1T", 1L << 40)]
    [InlineData("1024t", 1L << 50)]
    public void Bytes_are_written_as_for_Docker(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1x")]
    [InlineData("m")]
    [InlineData("1e9")]
    [InlineData("0x10")]
    [InlineData("1,5g")]
    [InlineData("1025t")]
    [InlineData("99999999999999999999")]
    [InlineData("1g\n")]
    public void Anything_else_is_no_number_of_bytes(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData("TASK_MEMORY", "5m")]
    [InlineData("MEMORY_PER_JOB", "plenty")]
    [InlineData("MAX_MEMORY", "0")]
    [InlineData("TASK_CPUS", "0")]
    [InlineData("TASK_CPUS", "NaN")]
    [InlineData("CPU_SHARES", "1")]
    [InlineData("TASK_PIDS", "-1")]
    [InlineData("TASK_DISK", "10")]
    [InlineData("MAX_DISK", "0")]
    [InlineData("TASK_TMP", "10")]
    [InlineData("MAX_TIMEOUT", "0")]
    [InlineData("PULL", "sometimes")]
    [InlineData("TASK_NETWORK", "host")]
    [InlineData("TASK_NETWORK", "container:secret")]
    [InlineData("TASK_NETWORK", "a b")]
    [InlineData("ALLOW_IMAGES", "a,*.example.com/b")]
    [InlineData("ALLOW_IMAGES", "a,,b")]
    public void K1_a_wrong_one_is_named_in_one_line_and_its_value_is_not(string name, string value)
    {
        _environment[name] = value;

        var message = Assert.Throws<ConfigurationException>(() => (Read(), RunnerArguments.Read(Source(), TaskLimitSettings.ReadMaxTimeout))).Message;

        Assert.StartsWith($"{name} ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.DoesNotContain("example.com", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TASK_MEMORY", "MEMORY_PER_JOB")]
    [InlineData("POLICY_FILE", "ALLOW_IMAGES")]
    public void Two_that_say_the_same_are_told_apart_by_nobody(string one, string other)
    {
        (_environment[one], _environment[other]) = ("64m", "64m");

        Assert.StartsWith($"{other} and {one} are both set", Assert.Throws<ConfigurationException>(() => Read()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TASK_MEMORY")]
    [InlineData("ALLOW_IMAGES")]
    public void A_limit_that_a_child_process_would_not_have_is_rejected_with_it(string name)
    {
        _environment[name] = "64m";

        var refused = Assert.Throws<ConfigurationException>(() => Read(ExecutorKind.Process));
        Assert.StartsWith($"{name} needs containers", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_that_are_not_allowed_are_rejected()
    {
        _environment["ALLOW_IMAGES"] = "busybox, registry.test/team/**";
        var policy = Read().Policy;

        Assert.All(["busybox:1", "registry.test/team/a/b@sha256:" + new string('0', 64)], image => Assert.NotNull(policy.FindGrant(Image(image))));
        Assert.All(["alpine", "evil.test/busybox", "registry.test/other/a"], image => Assert.Null(policy.FindGrant(Image(image))));
    }

    private static ImageReference Image(string text) =>
        ImageReference.TryParse(text, out var image) ? image : throw new ArgumentException(text);

    private IConfiguration Source() => RunnerArguments.Read([], name => _environment.GetValueOrDefault(name));

    private DockerOptions Read(ExecutorKind executor = ExecutorKind.Docker) =>
        RunnerArguments.Read(Source(), settings => TaskLimitSettings.Read(settings, executor, null));
}
