using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Primitives.Archives;
using OrleansHybrid.Primitives.Codes;
using OrleansHybrid.Runner.Archives;

namespace OrleansHybrid.Runner.Execution;

/// <summary>
/// How a task's program is started. Workers in zips were written for a runner that passed as arguments what newer ones read from the
/// environment, so every program that comes with a zip gets both.
/// </summary>
internal static class TaskCommand
{
    /// <summary>The program and its arguments; none for the image's own. Throws <see cref="SandboxException"/>.</summary>
    public static IReadOnlyList<string> CommandLine(TaskAssignment assignment, TaskPaths paths)
    {
        var program = Program(assignment);
        return assignment.Zip is null || program.Count == 0 ? program : [.. program, .. Arguments(assignment, paths)];
    }

    /// <summary>The command without what is added to it, for people; empty for the image's own.</summary>
    public static string DisplayText(TaskAssignment assignment) => StartsFile(assignment) ? ShellWords.Join(Program(assignment)) : assignment.Command;

    /// <summary>
    /// Throws <see cref="SandboxException"/> when nothing in the zip can be started as the assignment says; the file that it names may be executed
    /// from here on, whatever the zip says.
    /// </summary>
    public static void Verify(TaskAssignment assignment, CodeArchive contents)
    {
        var needed = assignment.Zip!;
        if (StartCommandLine.FindProblem(contents, assignment.Command, ShellWords.Parse(assignment.Command), needed.Runtime, needed.FileName) is { } problem)
        {
            throw ZipErrors.CannotUnpack(problem);
        }

        if (contents.Find(needed.FileName) is { } file)
        {
            file.IsExecutable = true;
        }
    }

    private static bool StartsFile(TaskAssignment assignment) => assignment.Zip is { } zip && StartCommandLine.StartsFile(assignment.Command, zip.FileName);

    private static IReadOnlyList<string> Program(TaskAssignment assignment) =>
        StartsFile(assignment) ? Program(assignment.Zip!.Runtime, assignment.Zip.FileName) : ShellWords.Parse(assignment.Command);

    private static IReadOnlyList<string> Program(string runtime, string file) => StartCommandLine.ForFile(runtime, file)
        ?? throw new SandboxException(StartCommandLine.UnknownRuntimeMessage(runtime, file), isTransient: false) { IsPermanent = true };

    // The folder first: workers of iron_go read the rest only behind it, and loop for ever on anything else. With a slash at its end:
    // Ruby's own runner puts a name behind it without one between them.
    private static IEnumerable<string> Arguments(TaskAssignment assignment, TaskPaths paths) =>
    [
        "-d", $"{paths.Folder}/", "-id", assignment.Lease.TaskId, "-payload", paths.Payload,
        .. assignment.Config is null ? (string[])[] : ["-config", paths.Config],
        "-e", "production",
        .. assignment.ScheduleId.Length == 0 ? (string[])[] : ["-schedule_id", assignment.ScheduleId],
    ];
}
