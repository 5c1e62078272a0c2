using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Runner.Docker;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Policy;

namespace OrleansHybrid.Runner.Doctor;

/// <summary>Runs one container exactly as a task's, and removes it.</summary>
/// <param name="address">The engine.</param>
/// <param name="tasks">What tasks are to get.</param>
/// <param name="image">An image with the program <c>true</c>; null for the runner's own, where that is known.</param>
/// <param name="own">The image that this program runs from; null outside of one.</param>
internal sealed class ContainerCheck(DockerAddress address, DockerOptions tasks, string? image, string? own)
{
    public Check Check => new("container", AskAsync) { Patience = TimeSpan.FromSeconds(120) };

    private async Task<Finding> AskAsync(CancellationToken cancellationToken)
    {
        if ((image ?? own) is not { } tried)
        {
            return Finding.Warn("not tried: name an image that has the program true, with --image");
        }

        using var engine = new DockerEngine(address);
        // This image is the operator's own choice, and need not be one that tasks may have.
        var options = tasks with { Policy = ImagePolicy.Open, Pull = PullPolicy.Missing };
        using var sandboxes = new DockerSandboxes(engine, options, NullLogger<DockerSandboxes>.Instance);
        // The runner's own image is there without a pull, and all that it has is the runner.
        var order = Order(tried, image is null ? "--help" : "true");
        await using var sandbox = sandboxes.For(order, $"doctor-{order.Lease.Token}");
        var clock = Stopwatch.StartNew();
        await sandbox.PrepareAsync(cancellationToken);
        await sandbox.CreateAsync(new SandboxFiles([], null), cancellationToken);
        var said = new StringBuilder();
        await sandbox.StartAsync((_, output) => said.Append(Encoding.UTF8.GetString(output)), cancellationToken);
        var exit = await sandbox.WaitAsync(cancellationToken);
        if (exit.ExitCode != 0)
        {
            return Finding.Fail($"a container of {tried} ended with exit code {exit.ExitCode}: {said}");
        }

        var ran = $"one of {tried} ran, confined as tasks are, and ended well in {clock.Elapsed.TotalSeconds:0.0} s";
        return sandboxes.LimitsDisk is true
            ? Finding.Ok($"{ran}; what tasks write is limited")
            : Finding.Warn($"{ran}; but this engine's storage can't limit what tasks write: give it a disk of its own");
    }

    private static TaskOrder Order(string image, string command) => new()
    {
        Lease = new LeaseRef
        {
            TaskId = RandomNumberGenerator.GetHexString(24, lowercase: true),
            Attempt = 1,
            Token = RandomNumberGenerator.GetHexString(32, lowercase: true),
        },
        LeaseMilliseconds = 0,
        ProjectId = new string('0', 24),
        CodeName = "doctor",
        Image = image,
        Command = command,
        Payload = [],
        TimeoutSeconds = 60,
    };
}
