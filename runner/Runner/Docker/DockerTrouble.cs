using System.Net;
using System.Text.RegularExpressions;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Docker;

/// <summary>Tells a task's own faults (its image, its command) from its engine's, which pass.</summary>
internal static class DockerTrouble
{
    // What an engine and a registry say holds words of whoever named the image and the command: no expression may look back.
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private const string Failed = " failed: ";

    private static readonly Regex UnobtainableImage = new(
        "manifest unknown|not found|does not exist|access denied|no matching manifest|unauthorized"
        + "|authentication required|no basic auth|invalid reference|unsupported",
        Linear | RegexOptions.IgnoreCase);

    private static readonly Regex UnstartableProgram = new(
        @"exec:? [""/].*(no such file|permission denied|not a directory|is a directory|exec format|not found)"
        + "|executable file .*not found|exec format error|chdir to cwd|unable to find (user|group)|no command",
        Linear | RegexOptions.IgnoreCase | RegexOptions.Singleline);

    private static readonly Regex InitFailure = new(@"\A\[FATAL tini \(\d+\)\] exec .* failed: [^\n]+\n?\z", Linear);

    /// <summary>An image that could not be had.</summary>
    public static SandboxException WithImage(string image, DockerException trouble) =>
        new($"The image {image} can't be pulled: {trouble.Reason}", trouble.Passing, trouble);

    /// <summary>An image that its registry did not give, however often it was asked.</summary>
    public static SandboxException AtRegistry(string image, DockerException trouble) =>
        new($"The image {image} can't be pulled: {trouble.Reason}", passing: false, trouble);

    /// <summary>
    /// True for a pull that failed at the registry: engines report what one refuses, or leaves unanswered, as failures of
    /// their own.
    /// </summary>
    public static bool IsAtRegistry(DockerException pull) => pull.Status == HttpStatusCode.InternalServerError;

    /// <summary>True for what a registry may yet give: only the words tell a refusal from one that is down.</summary>
    public static bool MayComeYet(DockerException pull) => !UnobtainableImage.IsMatch(pull.Reason);

    /// <summary>A container that could not be made from an image that was there.</summary>
    public static SandboxException WithContainer(string image, DockerException trouble)
    {
        var fault = trouble.Status == HttpStatusCode.BadRequest;
        return new SandboxException($"No container could be made of {image}: {trouble.Reason}", !fault, trouble);
    }

    /// <summary>A container that could not be started.</summary>
    public static SandboxException WithStart(string image, string command, DockerException trouble)
    {
        var fault = UnstartableProgram.IsMatch(trouble.Reason)
            && !trouble.Reason.Contains("docker-init", StringComparison.Ordinal);
        return fault
            ? Unstartable(image, command, trouble.Reason, trouble)
            : new SandboxException($"The container of {image} could not be started: {trouble.Reason}", true, trouble);
    }

    /// <summary>An engine that was lost while a container ran.</summary>
    public static SandboxException WithEngine(DockerException trouble) =>
        new($"The Docker engine was lost while the task ran, and its end is unknown: {trouble.Reason}", true, trouble);

    /// <summary>
    /// With a first process of the engine's in front, a start succeeds before the program is looked for; that one's
    /// only output then says why there was none.
    /// </summary>
    public static SandboxException? AtInit(string image, string command, int exitCode, string output) =>
        exitCode != 0 && InitFailure.IsMatch(output)
            ? Unstartable(image, command, output[(output.LastIndexOf(Failed, StringComparison.Ordinal) + Failed.Length)..].TrimEnd('\n'), null)
            : null;

    private static SandboxException Unstartable(string image, string command, string reason, Exception? inner)
    {
        var program = string.IsNullOrWhiteSpace(command) ? "own command" : $"command \"{command.Trim()}\"";
        var remedy = reason.Contains("permission denied", StringComparison.OrdinalIgnoreCase)
            ? " (it is not executable: chmod +x it, before it is zipped where it comes in a zip, or name its interpreter first)"
            : "";
        return new SandboxException($"The {program} can't be started in {image}: {reason}{remedy}", passing: false, inner);
    }
}
