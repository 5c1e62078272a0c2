using Orleans.Hybrid.Contracts.Iron;
using Orleans.Hybrid.Contracts.Runners;
using Orleans.Hybrid.Runner.Zips;

namespace Orleans.Hybrid.Runner.Execution;

/// <summary>
/// How a task's program is started. Workers in zips were written for a runner that told them by arguments what newer ones read in the
/// environment, so that every program that comes with a zip gets both.
/// </summary>
internal static class TaskCommand
{
    /// <summary>The program and its arguments; none for the image's own. Throws <see cref="SandboxException"/>.</summary>
    public static IReadOnlyList<string> Words(TaskOrder order, TaskPlace place)
    {
        var program = Program(order);
        return order.Zip is null || program.Count == 0 ? program : [.. program, .. Arguments(order, place)];
    }

    /// <summary>The command without what is added to it, for people; empty for the image's own.</summary>
    public static string Shown(TaskOrder order) => StartsFile(order) ? CommandWords.Join(Program(order)) : order.Command;

    /// <summary>Throws <see cref="SandboxException"/> when the file that is to be started is not in the zip.</summary>
    public static void Verify(TaskOrder order, ZipContents contents)
    {
        if (StartsFile(order) && order.Zip!.FileName is var file && !contents.Has(file))
        {
            throw BadZip.Because("the file that is to be started is not in it", file);
        }
    }

    private static bool StartsFile(TaskOrder order) =>
        string.IsNullOrWhiteSpace(order.Command) && order.Zip is { FileName.Length: > 0 };

    private static IReadOnlyList<string> Program(TaskOrder order) =>
        StartsFile(order) ? Program(order.Zip!.Runtime, order.Zip.FileName) : CommandWords.Parse(order.Command);

    private static IReadOnlyList<string> Program(string runtime, string file) => runtime.ToLowerInvariant() switch
    {
        "sh" or "bash" or "ruby" or "python" or "node" or "php" or "perl" or "mono" => [runtime.ToLowerInvariant(), file],
        "java" when file.EndsWith(".class", StringComparison.Ordinal) => ["java", "-cp", ".", file[..^".class".Length]],
        "java" => ["java", "-jar", file],
        "go" or "binary" or "" => [$"./{file}"],
        _ => throw new SandboxException(
            $"Nobody knows how to start {PlainText.Of(file, 100)} with the runtime {PlainText.Of(runtime, 100)}: give the code a command.",
            passing: false)
        {
            IsLasting = true,
        },
    };

    // The folder first: workers of iron_go read the rest only behind it, and loop for ever on anything else. With a slash at its end:
    // Ruby's own runner puts a name behind it without one between them.
    private static IEnumerable<string> Arguments(TaskOrder order, TaskPlace place) =>
    [
        "-d", $"{place.Folder}/", "-id", order.Lease.TaskId, "-payload", place.Payload,
        .. order.Config is null ? (string[])[] : ["-config", place.Config],
        "-e", "production",
        .. order.ScheduleId.Length == 0 ? (string[])[] : ["-schedule_id", order.ScheduleId],
    ];
}
