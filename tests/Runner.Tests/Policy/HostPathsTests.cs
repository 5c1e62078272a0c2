using OrleansHybrid.Runner.Configuration;
using OrleansHybrid.Runner.Policy;

namespace OrleansHybrid.Runner.Tests.Policy;

/// <summary>V10: no mount and no device of a policy leads to the host's root, also not by a link.</summary>
public sealed class HostPathsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-policy-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("/usr/local/bin")]
    [InlineData("/etc/profile.d")]
    [InlineData("/opt")]
    [InlineData("/home/ann")]
    [InlineData("/home/ann/.config/systemd")]
    public void Programs_that_root_or_a_user_starts_can_be_mounted_read_only_at_most(string host)
    {
        AssertRefused(Mounts($$"""{"host":"{{host}}","container":"/given","writable":true}"""), "rules[0].mounts[0].host gives full control of the host");

        Assert.Single(Read(Mounts($$"""{"host":"{{host}}","container":"/given"}""")).Rules);
    }

    [Fact]
    public void A_link_is_what_it_leads_to()
    {
        foreach (var target in new[] { "/", "/etc", "/proc/1", "/root" })
        {
            var link = Path.Combine(_folder.FullName, $"link{target.Length}");
            File.CreateSymbolicLink(link, target);
            AssertRefused(Mounts($$"""{"host":"{{link}}","container":"/given"}"""), "rules[0].mounts[0].host gives full control of the host");
            AssertRefused(
                Mounts($$"""{"host":"{{link}}/var/lib/docker","container":"/given","writable":true}"""), "rules[0].mounts[0].host gives full control of the host");
        }
    }

    [Theory]
    [InlineData("{\"host\":\"/srv/a\",\"writable\":true},{\"host\":\"/srv/a/b/c\"}", "rules[0].mounts[1].host lies below /srv/a, where rules[0].mounts[0] lets")]
    [InlineData("{\"host\":\"/srv/a/b\"}]},{\"images\":[\"b\"],\"mounts\":[{\"host\":\"/srv/a\",\"writable\":true}", "rules[0].mounts[0].host lies below /srv/a, where rules[1].mounts[0] lets")]
    public void A_mount_below_one_that_a_task_may_write_to_is_rejected(string mounts, string problem) => AssertRefused(Mounts(mounts), problem);

    [Theory]
    [InlineData("{\"host\":\"/srv/a\"},{\"host\":\"/srv/a/b\"}")]
    [InlineData("{\"host\":\"/srv/a\",\"writable\":true},{\"host\":\"/srv/a\",\"container\":\"/b\"},{\"host\":\"/srv/ab\"}")]
    [InlineData("{\"host\":\"/srv/a/b\",\"writable\":true},{\"host\":\"/srv/a\"}")]
    public void Mounts_beside_each_other_are_not(string mounts) => Assert.NotEmpty(Read(Mounts(mounts)).Rules[0].Grant!.Mounts);

    [Fact]
    public void A_link_to_a_folder_that_a_task_may_write_to_is_below_it_as_well()
    {
        var real = _folder.CreateSubdirectory("real");
        var link = Path.Combine(_folder.FullName, "link");
        File.CreateSymbolicLink(link, real.FullName);

        AssertRefused(
            Mounts($$"""{"host":"{{link}}","container":"/a","writable":true},{"host":"{{real.FullName}}/in"}"""), "rules[0].mounts[1].host lies below");
    }

    [Fact]
    public void A_mount_where_everybody_may_put_a_link_is_rejected()
    {
        var shared = _folder.CreateSubdirectory("shared");
        shared.UnixFileMode = (UnixFileMode)0b111_111_111;
        var mount = Mounts($$"""{"host":"{{shared.FullName}}/data"}""");
        AssertRefused(mount, "rules[0].mounts[0].host lies in a folder that every user of the host may write to");

        shared.UnixFileMode |= UnixFileMode.StickyBit;
        Assert.Single(Read(mount).Rules);
    }

    [Theory]
    [InlineData("/dev/vda")]
    [InlineData("/dev/sda1")]
    [InlineData("/dev/nvme0n1p2")]
    [InlineData("/dev/xvda")]
    [InlineData("/dev/mmcblk0")]
    [InlineData("/dev/dm-0")]
    [InlineData("/dev/mapper/vg-root")]
    [InlineData("/dev/disk/by-id/x")]
    [InlineData("/dev/loop0")]
    [InlineData("/dev/md127")]
    [InlineData("/dev/sg0")]
    [InlineData("/dev/cpu/0/msr")]
    [InlineData("/dev/tty1")]
    [InlineData("/dev/uinput")]
    [InlineData("/dev/core")]
    [InlineData("/dev/fd")]
    public void Disks_memory_and_terminals_of_the_host_are_no_devices_for_tasks(string device) => AssertRefused(
        $$"""{"others":"run","rules":[{"images":["a"],"devices":[{"host":"{{device}}","container":"/dev/x"}]}]}""",
        "rules[0].devices[0].host gives access");

    [Theory]
    [InlineData("/dev/dri/renderD128")]
    [InlineData("/dev/kvm")]
    [InlineData("/dev/fuse")]
    [InlineData("/dev/net/tun")]
    [InlineData("/dev/nvidia0")]
    [InlineData("/dev/ttyUSB0")]
    [InlineData("/dev/video0")]
    [InlineData("/dev/snd")]
    public void Other_devices_can_be_given(string device) => Assert.Single(
        Read($$"""{"others":"run","rules":[{"images":["a"],"devices":[{"host":"{{device}}"}]}]}""").Rules[0].Grant!.Devices);

    private static string Mounts(string mounts) => $$"""{"others":"run","rules":[{"images":["a"],"mounts":[{{mounts}}]}]}""";

    private void AssertRefused(string text, string problem) => Assert.Contains(
        $": {problem}", Assert.Throws<ConfigurationException>(() => Read(text)).Message, StringComparison.Ordinal);

    private ImagePolicy Read(string text)
    {
        var path = Path.Combine(_folder.FullName, "policy.json");
        File.WriteAllText(path, text);
        return PolicyFile.Read(path, "/own/state");
    }
}
