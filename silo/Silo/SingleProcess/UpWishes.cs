using System.Globalization;
using Orleans.Hybrid.Contracts.Sealing;
using Orleans.Hybrid.Runner;

namespace Orleans.Hybrid.Silo.SingleProcess;

/// <summary>Reads what <c>up</c> hands to its runner: executor, slots and key.</summary>
internal static class UpWishes
{
    private const int MostSlots = 1000;

    /// <summary>The wishes; throws when one can't be fulfilled, with the remedy.</summary>
    public static async Task<RunnerWishes> ReadAsync(Settings settings)
    {
        var executor = settings["HYBRID_EXECUTOR"] switch
        {
            null or "docker" => ExecutorKind.Docker,
            "process" => ExecutorKind.Process,
            _ => throw new BadSettingException("--executor", "must be docker or process."),
        };
        if (executor == ExecutorKind.Docker && await ExecutorProbe.DockerAsync() is { Description: null } answer)
        {
            throw new BadSettingException(
                "--executor", $"is docker, but {answer.Reason}: start an engine, or say --executor process (no security boundary) or --no-runner.");
        }

        return new RunnerWishes(executor, Slots(settings["HYBRID_SLOTS"]), Keys());
    }

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
