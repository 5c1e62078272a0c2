using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Primitives.Archives;
using OrleansHybrid.Primitives.Codes;
using OrleansHybrid.Runner.Zips;

namespace OrleansHybrid.Runner.Execution;

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

    /// <summary>
    /// Throws <see cref="SandboxException"/> when nothing in the zip can be started as the order says; the file that it names may be executed
    /// from here on, whatever the zip says.
    /// </summary>
    public static void Verify(TaskOrder order, CodeArchive contents)
    {
        var needed = order.Zip!;
        if (StartRule.Problem(contents, order.Command, CommandWords.Parse(order.Command), needed.Runtime, needed.FileName) is { } problem)
        {
            throw BadZip.Because(problem);
        }

        if (contents.Find(needed.FileName) is { } file)
        {
            file.IsExecutable = true;
        }
    }

    private static bool StartsFile(TaskOrder order) => order.Zip is { } zip && StartRule.StartsFile(order.Command, zip.FileName);

    private static IReadOnlyList<string> Program(TaskOrder order) =>
        StartsFile(order) ? Program(order.Zip!.Runtime, order.Zip.FileName) : CommandWords.Parse(order.Command);

    private static IReadOnlyList<string> Program(string runtime, string file) => StartRule.Words(runtime, file)
        ?? throw new SandboxException(StartRule.UnknownRuntime(runtime, file), passing: false) { IsLasting = true };

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
