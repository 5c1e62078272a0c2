using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Policy;
using OrleansHybrid.Runner.Sandboxes.Containers;
using OrleansHybrid.Runner.Tests.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Tests.Policy;

/// <summary>The limits of a task by its assignment, the settings and the policy of a runner (I14, X6).</summary>
public sealed class ContainerLimitsTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void X6_memory_disk_and_weight_are_the_clusters()
    {
        var terms = Of(ContainerAssignments.For("a") with { MemoryBytes = 64 * MiB, DiskBytes = 7 * MiB, CpuShares = 7 });

        Assert.Equal((64 * MiB, 7 * MiB, 7), (terms.MemoryBytes, terms.DiskBytes, terms.CpuShares));
    }

    [Fact]
    public void A_cluster_that_says_nothing_leaves_it_to_the_runner()
    {
        var terms = Of(ContainerAssignments.For("a"), new DockerOptions { MemoryBytes = 64 * MiB, DiskBytes = 0, CpuShares = 2000 });

        Assert.Equal((64 * MiB, 0, 1024), (terms.MemoryBytes, terms.DiskBytes, terms.CpuShares));
        Assert.Equal(0, Of(ContainerAssignments.For("a")).CpuShares);
    }

    [Fact]
    public void I14_an_assignment_gets_no_more_than_the_operator_gives()
    {
        var greedy = ContainerAssignments.For("a") with { MemoryBytes = 1L << 45, DiskBytes = 1L << 45, CpuShares = int.MaxValue };

        var terms = Of(greedy, new DockerOptions { MaxMemoryBytes = 100 * MiB, MaxDiskBytes = 200 * MiB });
        var unlimited = Of(ContainerAssignments.For("a"), new DockerOptions { DiskBytes = 0, MaxDiskBytes = 200 * MiB });

        Assert.Equal((100 * MiB, 200 * MiB, 1024), (terms.MemoryBytes, terms.DiskBytes, terms.CpuShares));
        Assert.Equal(200 * MiB, unlimited.DiskBytes);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(-5, 0)]
    public void A_weight_that_no_kernel_takes_becomes_one_that_it_does(int asked, long given) =>
        Assert.Equal(given, Of(ContainerAssignments.For("a") with { CpuShares = asked, MemoryBytes = -1, DiskBytes = -1 }).CpuShares);

    [Fact]
    public void A_rule_is_the_maximum_and_the_default_of_an_assignment()
    {
        var grant = new ImageGrant
        {
            MemoryBytes = 900 * MiB,
            DiskBytes = 900 * MiB,
            CpuShares = 4096,
            Cpus = 1,
            Pids = 9,
            TmpBytes = 8 * MiB,
            Pull = PullPolicy.Always,
            Network = "none",
            TimeoutSeconds = 5,
            LogBytes = 6,
        };
        var options = Giving(grant) with { MaxMemoryBytes = 100 * MiB };
        var silent = Of(ContainerAssignments.For("a"), options);
        var modest = Of(ContainerAssignments.For("a") with { MemoryBytes = 10 * MiB, DiskBytes = 20 * MiB, CpuShares = 2000 }, options);

        Assert.Equal((900 * MiB, 900 * MiB, 4096), (silent.MemoryBytes, silent.DiskBytes, silent.CpuShares));
        Assert.Equal((10 * MiB, 20 * MiB, 2000), (modest.MemoryBytes, modest.DiskBytes, modest.CpuShares));
        Assert.Equal((1, 9, 8 * MiB, PullPolicy.Always, "none"), (silent.Cpus, silent.Pids, silent.TmpBytes, silent.Pull, silent.Network));
        Assert.Equal(new Runner.Execution.TaskLimits(5, 6), silent.TaskLimits);
    }

    [Fact]
    public void A_full_tmp_is_never_the_end_of_the_memory() =>
        Assert.Equal(5 * MiB, Of(ContainerAssignments.For("a") with { MemoryBytes = 10 * MiB }).TmpBytes);

    [Fact]
    public void The_first_rule_that_names_an_image_counts()
    {
        var policy = new ImagePolicy([Rule("a:1", null), Rule("a", new ImageGrant { Pids = 7 }), Rule("*", new ImageGrant { Pids = 8 })], false);
        var options = new DockerOptions { Policy = policy };

        Assert.Contains("may not run here", Of(ContainerAssignments.For("a:1"), options).RejectionReason, StringComparison.Ordinal);
        Assert.Equal((7, 8), (Of(ContainerAssignments.For("a:2"), options).Pids, Of(ContainerAssignments.For("b"), options).Pids));
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "The image b may not run here: the operator of this runner does not allow it.")]
    public void Images_without_a_rule_run_or_not_as_the_policy_says(bool othersRun, string refusal)
    {
        var options = new DockerOptions { Policy = new ImagePolicy([Rule("a", ImageGrant.Default)], othersRun) };

        Assert.Equal(refusal, Of(ContainerAssignments.For("b"), options).RejectionReason);
        Assert.Equal("", Of(ContainerAssignments.For("a"), options).RejectionReason);
    }

    private static DockerOptions Giving(ImageGrant grant) => new() { Policy = new ImagePolicy([Rule("*", grant)], false) };

    private static ImageRule Rule(string text, ImageGrant? grant) =>
        ImagePattern.TryParse(text, out var pattern, out var problem)
            ? new ImageRule([pattern], grant)
            : throw new ArgumentException(problem);

    private static ContainerLimits Of(TaskAssignment order, DockerOptions? options = null) => ContainerLimits.Create(order, options ?? new DockerOptions());
}
