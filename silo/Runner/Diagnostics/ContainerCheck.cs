using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Policy;
using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Diagnostics;

/// <summary>Runs one container exactly as a task's, and removes it.</summary>
/// <param name="address">The engine.</param>
/// <param name="taskOptions">The limits of tasks' containers.</param>
/// <param name="image">An image with the program <c>true</c>; null for the runner's own, where that is known.</param>
/// <param name="runnerImage">The image that this program runs from; null outside of one.</param>
internal sealed class ContainerCheck(DockerAddress address, DockerOptions taskOptions, string? image, string? runnerImage)
{
    public Check Check => new("container", RunAsync) { Timeout = TimeSpan.FromSeconds(120) };

    private async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        if ((image ?? runnerImage) is not { } tried)
        {
            return CheckResult.Warn("not tried: name an image that has the program true, with --image");
        }

        using var engine = new DockerEngine(address);
        // This image is the operator's own choice, and need not be one that tasks may have.
        var options = taskOptions with { Policy = ImagePolicy.AllowAll, Pull = PullPolicy.Missing };
        using var sandboxes = new DockerSandboxFactory(engine, options, NullLogger<DockerSandboxFactory>.Instance);
        // The runner's own image is there without a pull, and all that it has is the runner.
        var assignment = CreateAssignment(tried, image is null ? "--help" : "true");
        await using var sandbox = sandboxes.Create(assignment, $"doctor-{assignment.Lease.Token}");
        var clock = Stopwatch.StartNew();
        await sandbox.PrepareAsync(cancellationToken);
        await sandbox.CreateAsync(new SandboxFiles([], null), cancellationToken);
        var said = new StringBuilder();
        await sandbox.StartAsync((_, output) => said.Append(Encoding.UTF8.GetString(output)), cancellationToken);
        var exit = await sandbox.WaitAsync(cancellationToken);
        if (exit.ExitCode != 0)
        {
            return CheckResult.Fail($"a container of {tried} ended with exit code {exit.ExitCode}: {said}");
        }

        var ran = $"one of {tried} ran, confined as tasks are, and ended well in {clock.Elapsed.TotalSeconds:0.0} s";
        return sandboxes.LimitsDisk is true
            ? CheckResult.Ok($"{ran}; what tasks write is limited")
            : CheckResult.Warn($"{ran}; but this engine's storage can't limit what tasks write: give it a disk of its own");
    }

    private static TaskAssignment CreateAssignment(string image, string command) => new()
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
