using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Policy;
using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

public sealed class ContainerPlanTests
{
    private static readonly DockerHost Able = new(Cpus: 8, CpuQuota: true, Init: true, DiskLimit: true);

    [Fact]
    public void The_command_is_split_on_white_space_without_a_shell()
    {
        var words = Plan(ContainerAssignments.For("a", "  sh -c\t'echo  $HOME;'\n&& rm ")).Cmd;

        Assert.Equal(["sh", "-c", "'echo", "$HOME;'", "&&", "rm"], words);
    }

    [Fact]
    public void An_empty_command_is_left_to_the_image() => Assert.Null(Plan(ContainerAssignments.For("a", " \t")).Cmd);

    [Fact]
    public void X1_the_environment_names_the_task_and_its_files()
    {
        var order = ContainerAssignments.For("a") with { RetryCount = 2, ScheduleId = "5a0000000000000000000009", Title = "page 4 of 12", Config = [] };

        Assert.Equal(
            [
                $"TASK_ID={order.Lease.TaskId}", "TASK_DIR=/mnt/task", "PAYLOAD_FILE=/mnt/task/payload",
                "CONFIG_FILE=/mnt/task/config", "PROGRESS_FILE=/mnt/task/progress", "CODE_NAME=trial", "RETRY_COUNT=2",
                "SCHEDULE_ID=5a0000000000000000000009", "TASK_TITLE=page 4 of 12",
            ],
            Plan(order).Env);
    }

    [Fact]
    public void X1_the_codes_variables_come_along_but_never_in_place_of_ours()
    {
        var order = ContainerAssignments.For("a") with
        {
            EnvVars = new Dictionary<string, string>
            {
                ["COLOUR"] = "green=blue",
                ["TASK_ID"] = "forged",
                ["CONFIG_FILE"] = "/etc/shadow",
                ["SCHEDULE_ID"] = "forged",
                ["TASK_TITLE"] = "forged",
            },
        };

        var env = Plan(order).Env;

        Assert.Contains("COLOUR=green=blue", env);
        Assert.Contains($"TASK_ID={order.Lease.TaskId}", env);
        Assert.DoesNotContain(env, line => line.Contains("forged", StringComparison.Ordinal));
        Assert.DoesNotContain(env, line => line.StartsWith("CONFIG_FILE=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("TASK_ID=x", "1")]
    [InlineData("", "1")]
    [InlineData("A\0B", "1")]
    [InlineData("A", "1\0TASK_ID=2")]
    public void A_variable_that_could_become_another_one_is_rejected(string name, string value)
    {
        var order = ContainerAssignments.For("a") with { EnvVars = new Dictionary<string, string> { [name] = value } };

        var trouble = Assert.Throws<SandboxException>(() => Plan(order));

        Assert.False(trouble.IsTransient);
        Assert.Contains($"\"{name}\"", trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void V3_a_codes_name_can_not_carry_a_variable_along() => Assert.Contains(
        "\"CODE_NAME\"",
        Assert.Throws<SandboxException>(() => Plan(ContainerAssignments.For("a") with { CodeName = "c\0LD_PRELOAD=/evil" })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_command_with_a_NUL_is_rejected() =>
        Assert.False(Assert.Throws<SandboxException>(() => Plan(ContainerAssignments.For("a", "sh\0x"))).IsTransient);

    [Fact]
    public void Memory_is_the_assignments_or_the_default_with_no_swap_on_top()
    {
        Assert.Equal((512L << 20, 512L << 20), Memory(Plan(ContainerAssignments.For("a"))));
        Assert.Equal((64L << 20, 64L << 20), Memory(Plan(ContainerAssignments.For("a") with { MemoryBytes = 64 << 20 })));

        static (long, long) Memory(CreateContainerParameters spec) => (spec.HostConfig!.Memory, spec.HostConfig.MemorySwap);
    }

    [Fact]
    public void A_small_host_gets_no_limit_that_it_would_reject()
    {
        Assert.Equal(2_000_000_000, Plan(ContainerAssignments.For("a")).HostConfig!.NanoCPUs);
        Assert.Equal(1_000_000_000, Plan(ContainerAssignments.For("a"), Able with { Cpus = 1 }).HostConfig!.NanoCPUs);
        Assert.Equal(0, Plan(ContainerAssignments.For("a"), Able with { CpuQuota = false }).HostConfig!.NanoCPUs);
        Assert.False(Plan(ContainerAssignments.For("a"), Able with { Init = false }).HostConfig!.Init);
        Assert.Null(Plan(ContainerAssignments.For("a"), Able with { DiskLimit = false }).HostConfig!.StorageOpt);
    }

    [Theory]
    [InlineData(false, null, true)]
    [InlineData(true, null, false)]
    [InlineData(true, true, true)]
    [InlineData(false, false, false)]
    public void B6_a_process_of_the_engines_is_in_front_unless_the_code_or_the_operator_says_otherwise(bool noInit, bool? rule, bool init)
    {
        Assert.True(ImagePattern.TryParse("*", out var pattern, out _));
        var policy = new ImagePolicy([new ImageRule([pattern], new ImageGrant { Init = rule })], AllowOthers: false);
        var order = ContainerAssignments.For("a") with { NoInit = noInit };

        Assert.Equal(init, Plan(order, options: new DockerOptions { Policy = policy }).HostConfig!.Init);
        Assert.Equal(!noInit, Plan(order).HostConfig!.Init);
    }

    [Fact(Timeout = 20_000)]
    public async Task The_request_to_the_engine_confines_the_container()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        var container = new FakeContainer(fake);
        using var engine = fake.Client();

        await engine.CreateAsync("c", Plan(ContainerAssignments.For("a")), default);

        // To an engine, zero and empty mean what leaving out does: its default.
        var sent = container.Spec!;
        Assert.Equal(
            "{\"LogConfig\":{\"Type\":\"none\"},\"NetworkMode\":\"net\",\"CapDrop\":[\"ALL\"],\"CgroupnsMode\":\"private\","
            + "\"IpcMode\":\"private\",\"SecurityOpt\":[\"no-new-privileges\"],\"StorageOpt\":{\"size\":\"10737418240\"},"
            + "\"Tmpfs\":{\"/tmp\":\"rw,exec,nosuid,nodev,mode=1777,size=67108864\"},\"Memory\":536870912,\"NanoCpus\":2000000000,"
            + "\"MemorySwap\":536870912,\"PidsLimit\":256,\"Ulimits\":[{\"Name\":\"core\",\"Hard\":0,\"Soft\":0}],\"Init\":true}",
            WithoutDefaults(sent["HostConfig"]!.AsObject()).ToJsonString());
        Assert.Equal(
            ["Name", "AttachStdout", "AttachStderr", "Env", "Image", "Labels", "HostConfig"],
            WithoutDefaults(sent.AsObject()).Select(property => property.Key));
    }

    [Fact]
    public void Labels_say_whose_container_it_is()
    {
        var order = ContainerAssignments.For("a");

        var labels = Plan(order).Labels;

        Assert.Equal(order.Lease.TaskId, labels["orleans-hybrid.task"]);
        Assert.Equal("1", labels["orleans-hybrid.attempt"]);
        Assert.Equal("session", labels["orleans-hybrid.session"]);
        Assert.StartsWith("0.1.0", labels["orleans-hybrid.version"], StringComparison.Ordinal);
    }

    private static JsonObject WithoutDefaults(JsonObject sent) => new(sent
        .Where(property => property.Value?.ToJsonString() is not ("null" or "false" or "0" or "\"\""))
        .Select(property => KeyValuePair.Create(property.Key, property.Value?.DeepClone())));

    private static CreateContainerParameters Plan(TaskAssignment order, DockerHost? host = null, DockerOptions? options = null) =>
        ContainerPlan.CreateSpec(order, "a:latest", "session", ContainerLimits.Create(order, options ?? new DockerOptions()), "net", host ?? Able);
}
