using System.Net;
using System.Text.RegularExpressions;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>Tells a task's own faults (its image, its command) from its engine's, which pass.</summary>
internal static class DockerErrors
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
    public static SandboxException PullFailed(string image, DockerException exception) =>
        new($"The image {image} can't be pulled: {exception.Reason}", exception.IsTransient, exception);

    /// <summary>An image that its registry did not give, however often it was asked.</summary>
    public static SandboxException RegistryFailed(string image, DockerException exception) =>
        new($"The image {image} can't be pulled: {exception.Reason}", isTransient: false, exception);

    /// <summary>
    /// True for a pull that failed at the registry: engines report what one refuses, or leaves unanswered, as failures of
    /// their own.
    /// </summary>
    public static bool IsRegistryError(DockerException exception) => exception.Status == HttpStatusCode.InternalServerError;

    /// <summary>True for what a registry may yet give: only the words tell a rejection from one that is down.</summary>
    public static bool IsTransientRegistryError(DockerException exception) => !UnobtainableImage.IsMatch(exception.Reason);

    /// <summary>A container that could not be made from an image that was there.</summary>
    public static SandboxException CreateFailed(string image, DockerException exception)
    {
        var fault = exception.Status == HttpStatusCode.BadRequest;
        return new SandboxException($"No container could be made of {image}: {exception.Reason}", !fault, exception);
    }

    /// <summary>A container that could not be started.</summary>
    public static SandboxException StartFailed(string image, string command, DockerException exception)
    {
        var fault = UnstartableProgram.IsMatch(exception.Reason)
            && !exception.Reason.Contains("docker-init", StringComparison.Ordinal);
        return fault
            ? CannotStart(image, command, exception.Reason, exception)
            : new SandboxException($"The container of {image} could not be started: {exception.Reason}", true, exception);
    }

    /// <summary>An engine that was lost while a container ran.</summary>
    public static SandboxException EngineLost(DockerException exception) =>
        new($"The Docker engine was lost while the task ran, and its end is unknown: {exception.Reason}", true, exception);

    /// <summary>
    /// With a first process of the engine's in front, a start succeeds before the program is looked for; that one's
    /// only output then says why there was none.
    /// </summary>
    public static SandboxException? FindInitError(string image, string command, int exitCode, string output) =>
        exitCode != 0 && InitFailure.IsMatch(output)
            ? CannotStart(image, command, output[(output.LastIndexOf(Failed, StringComparison.Ordinal) + Failed.Length)..].TrimEnd('\n'), null)
            : null;

    private static SandboxException CannotStart(string image, string command, string reason, Exception? inner)
    {
        var program = string.IsNullOrWhiteSpace(command) ? "own command" : $"command \"{command.Trim()}\"";
        var remedy = reason.Contains("permission denied", StringComparison.OrdinalIgnoreCase)
            ? " (it is not executable: chmod +x it, before it is zipped where it comes in a zip, or name its interpreter first)"
            : "";
        return new SandboxException($"The {program} can't be started in {image}: {reason}{remedy}", isTransient: false, inner);
    }
}
