using OrleansHybrid.Runner.Docker;

namespace OrleansHybrid.Runner;

/// <summary>Whether the Docker executor can be used on this host, asked before a runner is started.</summary>
public static class ExecutorProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks whether an engine answers; with an image, also whether that is present or can be pulled.</summary>
    public static async Task<ExecutorAnswer> DockerAsync(string? image = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            using var engine = new DockerEngine(DockerAddress.FromEnvironment());
            if (image is not null && await DockerProbe.AskAsync(engine, image, patience.Token) is { Available: false } no)
            {
                return new ExecutorAnswer(null, no.Sentence.TrimEnd('.'));
            }

            var version = await engine.VersionAsync(patience.Token);
            return new ExecutorAnswer($"docker {version.Version.Split('+')[0]}", "");
        }
        catch (DockerException ex)
        {
            return new ExecutorAnswer(null, $"no Docker engine: {ex.Reason}");
        }
        catch (FormatException ex)
        {
            return new ExecutorAnswer(null, ex.Message);
        }
        catch (OperationCanceledException)
        {
            return new ExecutorAnswer(null, $"Docker did not answer within {Patience.TotalSeconds:0} s");
        }
    }
}

/// <summary>The executor in words, such as <c>docker 20.10.24</c>; null when it can't be used, with the reason.</summary>
public sealed record ExecutorAnswer(string? Description, string Reason);
