using Docker.DotNet.Models;
using OrleansHybrid.Primitives.Codes;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>Whether Docker is there, and one sentence that says so or why not.</summary>
internal sealed record DockerProbeResult(bool IsAvailable, string Message);

/// <summary>Finds out whether tasks can run as containers.</summary>
internal static class DockerProbe
{
    /// <summary>They can when an engine answers and <paramref name="image"/> is present, or is now.</summary>
    public static async Task<DockerProbeResult> ProbeAsync(DockerEngine engine, string image, CancellationToken cancellationToken)
    {
        if (!ImageReference.TryParse(image, out var reference))
        {
            return new DockerProbeResult(false, $"\"{image}\" is not an image reference.");
        }

        VersionResponse? version = null;
        try
        {
            version = await engine.VersionAsync(cancellationToken);
            if (await engine.FindImageAsync(reference, cancellationToken) is null)
            {
                await engine.PullAsync(reference, null, cancellationToken);
            }

            return new DockerProbeResult(true, $"Docker {version.Version} answers at {engine} and has {reference}.");
        }
        catch (DockerException ex) when (version is null)
        {
            return new DockerProbeResult(false, $"No Docker engine: {ex.Reason}.");
        }
        catch (DockerException ex)
        {
            return new DockerProbeResult(
                false, $"Docker answers at {engine}, but {reference} can't be had: {ex.Reason}");
        }
    }
}
