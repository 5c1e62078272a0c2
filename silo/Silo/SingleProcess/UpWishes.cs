using System.Globalization;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Runner;

namespace OrleansHybrid.Silo.SingleProcess;

/// <summary>Reads what <c>up</c> hands to its runner: executor, slots and key.</summary>
internal static class UpWishes
{
    private const int MostSlots = 1000;
    private const string AsProcesses = "as child processes of this one, with no security boundary between them, its key and its data";

    /// <summary>The wishes; throws when one can't be fulfilled, with the remedy.</summary>
    public static async Task<RunnerWishes> ReadAsync(Settings settings)
    {
        var wanted = settings["HYBRID_EXECUTOR"];
        var (executor, notice) = wanted switch
        {
            null or "docker" => OfDocker(await ExecutorProbe.DockerAsync(), mayFallBack: wanted is null),
            "process" => (ExecutorKind.Process, $"tasks run {AsProcesses}"),
            _ => throw new BadSettingException("--executor", "must be docker or process."),
        };
        return new RunnerWishes(executor, Slots(settings["HYBRID_SLOTS"]), Keys(), notice);
    }

    private static (ExecutorKind Executor, string Notice) OfDocker(ExecutorAnswer answer, bool mayFallBack) =>
        answer.Description is { } docker ? (ExecutorKind.Docker, $"tasks run in containers: {docker}")
        : mayFallBack ? (ExecutorKind.Process, $"tasks run {AsProcesses}, because {answer.Reason}")
        : throw new BadSettingException(
            "--executor", $"is docker, but {answer.Reason}; or say --executor process (no security boundary) or --no-runner.");

    private static int Slots(string? text) => text is null ? Environment.ProcessorCount
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var slots) && slots is >= 1 and <= MostSlots ? slots
        : throw new BadSettingException("--slots", $"must be from 1 to {MostSlots}.");

    /// <summary>The key is taken out of the environment, which tasks of the process executor could otherwise look for it in.</summary>
    private static DecryptionKeys? Keys()
    {
        var text = Environment.GetEnvironmentVariable("DECRYPTION_KEY");
        Environment.SetEnvironmentVariable("DECRYPTION_KEY", null);
        return text is null or "" ? null
            : DecryptionKeys.TryParse(text, out var keys, out var problem) ? keys
            : throw new BadSettingException("DECRYPTION_KEY", problem);
    }
}
