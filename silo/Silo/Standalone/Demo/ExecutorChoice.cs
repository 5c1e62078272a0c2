using OrleansHybrid.Runner;

namespace OrleansHybrid.Silo.Standalone.Demo;

/// <summary>The demo's executor: Docker when an engine responds and has or can pull an image, else child processes.</summary>
internal sealed record ExecutorChoice(ExecutorKind Kind, string Image, string Description, string? Notice)
{
    /// <summary>Images that have what the demo's commands need, best first.</summary>
    private static readonly string[] Images = ["orleans-hybrid/busybox:1", "busybox:stable", "busybox:latest"];

    /// <summary>Asks the engine.</summary>
    public static async Task<ExecutorChoice> ForDemoAsync()
    {
        var reason = "";
        foreach (var image in Images)
        {
            var answer = await ExecutorProbe.ProbeDockerAsync(image);
            if (answer.Description is { } docker)
            {
                return new ExecutorChoice(ExecutorKind.Docker, image, docker, null);
            }

            reason = answer.Reason;
        }

        return new ExecutorChoice(ExecutorKind.Process, Images[0], "process", reason);
    }
}
