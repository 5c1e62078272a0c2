using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner;

/// <summary>Whether the Docker executor can be used on this host, asked before a runner is started.</summary>
public static class ExecutorProbe
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Asks whether an engine answers; with an image, also whether that is present or can be pulled.</summary>
    public static async Task<ExecutorProbeResult> ProbeDockerAsync(string? image = null)
    {
        using var patience = new CancellationTokenSource(ProbeTimeout);
        try
        {
            using var engine = new DockerEngine(DockerAddress.FromEnvironment());
            if (image is not null && await DockerProbe.ProbeAsync(engine, image, patience.Token) is { IsAvailable: false } no)
            {
                return new ExecutorProbeResult(null, no.Message.TrimEnd('.'));
            }

            var version = await engine.VersionAsync(patience.Token);
            return new ExecutorProbeResult($"docker {version.Version.Split('+')[0]}", "");
        }
        catch (DockerException ex)
        {
            return new ExecutorProbeResult(null, $"no Docker engine: {ex.Reason}");
        }
        catch (FormatException ex)
        {
            return new ExecutorProbeResult(null, ex.Message);
        }
        catch (OperationCanceledException)
        {
            return new ExecutorProbeResult(null, $"Docker did not answer within {ProbeTimeout.TotalSeconds:0} s");
        }
    }
}

/// <summary>The executor as text, such as <c>docker 20.10.24</c>; null when it can't be used, with the reason.</summary>
public sealed record ExecutorProbeResult(string? Description, string Reason);
