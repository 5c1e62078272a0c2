using System.Globalization;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Runner;
using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.Standalone;

/// <summary>Reads the options of <c>up</c> for its runner: executor, slots and key.</summary>
internal static class LocalRunnerOptionsReader
{
    private const int MaxSlots = 1000;
    private const string WithoutIsolation = "as child processes of this one, with no security boundary between them, its key and its data";

    /// <summary>The wishes; throws when one can't be fulfilled, with the remedy.</summary>
    public static async Task<LocalRunnerOptions> ReadAsync(IConfiguration configuration)
    {
        var wanted = configuration.GetSetting("HYBRID_EXECUTOR");
        var (executor, notice) = wanted switch
        {
            null or "docker" => OfDocker(await ExecutorProbe.ProbeDockerAsync(), mayFallBack: wanted is null),
            "process" => (ExecutorKind.Process, $"tasks run {WithoutIsolation}"),
            _ => throw new ConfigurationException("--executor", "must be docker or process."),
        };
        return new LocalRunnerOptions(executor, Slots(configuration.GetSetting("HYBRID_SLOTS")), Keys(), notice);
    }

    private static (ExecutorKind Executor, string Notice) OfDocker(ExecutorProbeResult answer, bool mayFallBack) =>
        answer.Description is { } docker ? (ExecutorKind.Docker, $"tasks run in containers: {docker}")
        : mayFallBack ? (ExecutorKind.Process, $"tasks run {WithoutIsolation}, because {answer.Reason}")
        : throw new ConfigurationException(
            "--executor", $"is docker, but {answer.Reason}; or give --executor process (no security boundary) or --no-runner.");

    private static int Slots(string? text) => text is null ? Environment.ProcessorCount
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var slots) && slots is >= 1 and <= MaxSlots ? slots
        : throw new ConfigurationException("--slots", $"must be from 1 to {MaxSlots}.");

    /// <summary>The key is removed from the environment, where tasks of the process executor could otherwise read it.</summary>
    private static DecryptionKeys? Keys()
    {
        var text = Environment.GetEnvironmentVariable("DECRYPTION_KEY");
        Environment.SetEnvironmentVariable("DECRYPTION_KEY", null);
        return text is null or "" ? null
            : DecryptionKeys.TryParse(text, out var keys, out var problem) ? keys
            : throw new ConfigurationException("DECRYPTION_KEY", problem);
    }
}
