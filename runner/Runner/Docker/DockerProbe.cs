using OrleansHybrid.Primitives.Codes;

namespace OrleansHybrid.Runner.Docker;

/// <summary>Whether Docker is there, and one sentence that says so or why not.</summary>
internal sealed record DockerAnswer(bool Available, string Sentence);

/// <summary>Finds out whether tasks can run as containers.</summary>
internal static class DockerProbe
{
    /// <summary>They can when an engine answers and <paramref name="image"/> is present, or is now.</summary>
    public static async Task<DockerAnswer> AskAsync(DockerEngine engine, string image, CancellationToken cancellationToken)
    {
        if (!ImageReference.TryParse(image, out var reference))
        {
            return new DockerAnswer(false, $"\"{image}\" is not an image reference.");
        }

        DockerVersion? version = null;
        try
        {
            version = await engine.VersionAsync(cancellationToken);
            if (await engine.FindImageAsync(reference, cancellationToken) is null)
            {
                await engine.PullAsync(reference, null, cancellationToken);
            }

            return new DockerAnswer(true, $"Docker {version.Version} answers at {engine} and has {reference}.");
        }
        catch (DockerException ex) when (version is null)
        {
            return new DockerAnswer(false, $"No Docker engine: {ex.Reason}.");
        }
        catch (DockerException ex)
        {
            return new DockerAnswer(
                false, $"Docker answers at {engine}, but {reference} can't be had: {ex.Reason}");
        }
    }
}
