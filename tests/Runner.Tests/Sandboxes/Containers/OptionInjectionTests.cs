using System.Text.Json.Nodes;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Policy;
using OrleansHybrid.Runner.Sandboxes.Containers;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

/// <summary>A hostile order against a real engine: nothing in it becomes an option, a path or another image (S30, S33).</summary>
public sealed class OptionInjectionTests
{
    [DockerTheory(Timeout = 60_000)]
    [InlineData("--privileged")]
    [InlineData("-v /:/host busybox")]
    [InlineData("orleans-hybrid/busybox:1 --privileged")]
    [InlineData("orleans-hybrid/busybox:1\0")]
    [InlineData("user:secret@orleans-hybrid/busybox:1")]
    [InlineData("../../containers/create")]
    [InlineData("orleans-hybrid/busybox:1/json?x=")]
    [InlineData("orleans-hybrid%2Fbusybox:1")]
    public async Task S30_what_is_no_image_ends_the_task_for_good(string image)
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(image));

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => trial.Sandbox.PrepareAsync(default));

        Assert.Equal((false, true), (trouble.IsTransient, trouble.IsPermanent));
        Assert.Empty(await trial.ContainersAsync());
    }

    [DockerFact(Timeout = 60_000)]
    public async Task S33_the_id_of_an_image_that_is_on_the_host_is_no_name_for_it()
    {
        var id = (string)JsonNode.Parse(await DockerSandboxFixture.RawAsync($"/images/{TestImages.Busybox}/json"))!["Id"]!;
        var options = new DockerOptions { Pull = PullPolicy.Never };

        Assert.StartsWith("sha256:", id, StringComparison.Ordinal);
        foreach (var alias in new[] { id, id[..("sha256:".Length + 12)], id["sha256:".Length..][..12], $"busybox@{id}" })
        {
            await using var trial = new DockerSandboxFixture(ContainerAssignments.For(alias), options: options);
            var trouble = await Assert.ThrowsAsync<SandboxException>(() => trial.Sandbox.PrepareAsync(default));
            Assert.False(trouble.IsTransient);
        }
    }

    [DockerFact(Timeout = 60_000)]
    public async Task S30_names_variables_and_words_stay_what_they_are()
    {
        var order = ContainerAssignments.For(TestImages.Busybox, """["sh", "-c", "echo \"$0|$CODE_NAME|$A\"", "--privileged -v /:/host"]""") with
        {
            CodeName = "/:/host:rw --cap-add ALL",
            EnvVars = new Dictionary<string, string> { ["A"] = "--volume=/:/host\nB=C" },
        };
        await using var trial = new DockerSandboxFixture(order);
        await trial.StartAsync("");
        await trial.Sandbox.WaitAsync(default);
        var host = JsonNode.Parse(await trial.InspectAsync())!["HostConfig"]!;

        Assert.Equal("--privileged -v /:/host|/:/host:rw --cap-add ALL|--volume=/:/host\nB=C\n", trial.Output.ToString());
        Assert.False((bool)host["Privileged"]!);
        Assert.Null(host["Binds"]);
        Assert.Null(host["CapAdd"]);
        Assert.Null(host["Mounts"]);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task S30_a_tasks_id_is_no_path_into_the_engine()
    {
        var order = ContainerAssignments.For(TestImages.Busybox, "true");
        order = order with { Lease = order.Lease with { TaskId = "x/../../images/json?a=" } };
        await using var trial = new DockerSandboxFixture(order);
        await trial.Sandbox.PrepareAsync(default);

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => trial.Sandbox.CreateAsync(new SandboxFiles([], null), default));

        Assert.Contains("name", trouble.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(await trial.ContainersAsync());
    }

    [Fact(Timeout = 20_000)]
    public async Task An_image_that_the_operator_does_not_allow_never_reaches_the_engine_and_is_not_tried_again()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        using var engine = fake.Client();
        Assert.True(ImagePattern.TryParse("registry.test/team/**", out var pattern, out _));
        var options = new DockerOptions { Policy = new ImagePolicy([new ImageRule([pattern], ImageGrant.Default)], AllowOthers: false) };
        var sandboxes = new DockerSandboxFactory(engine, options, Microsoft.Extensions.Logging.Abstractions.NullLogger<DockerSandboxFactory>.Instance);
        await using var sandbox = sandboxes.Create(ContainerAssignments.For("evil.test/registry.test/team/a:1"), ContainerAssignments.NewSessionId());

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => sandbox.PrepareAsync(default));

        Assert.Equal((false, true), (trouble.IsTransient, trouble.IsPermanent));
        Assert.Equal(
            "The image evil.test/registry.test/team/a:1 may not run here: the operator of this runner does not allow it.", trouble.Message);
        Assert.Empty(fake.Requests);
    }
}
