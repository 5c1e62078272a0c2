using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Primitives.Archives;

namespace OrleansHybrid.Runner.Execution;

/// <summary>
/// The paths of a task's folder and of the runner's own files there. Where a zip is unpacked into the folder, they are in one of
/// their own: a zip may well have a file named <c>config</c>.
/// </summary>
internal sealed record TaskPaths
{
    public TaskPaths(TaskAssignment assignment, string folder)
    {
        Folder = folder;
        RunnerFilesFolder = assignment.Zip is null ? folder : $"{folder}/{CodeArchive.ReservedFolder}";
    }

    public string Folder { get; }

    /// <summary>Where the runner's own files are; the same as <see cref="Folder"/> when there is no zip.</summary>
    public string RunnerFilesFolder { get; }

    public string Payload => $"{RunnerFilesFolder}/payload";

    public string Config => $"{RunnerFilesFolder}/config";

    public string Progress => $"{RunnerFilesFolder}/progress";
}
