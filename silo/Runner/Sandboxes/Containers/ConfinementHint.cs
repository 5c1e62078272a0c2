using System.Globalization;
using System.Text.RegularExpressions;
using OrleansHybrid.Runner.Policy;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>
/// Tells from the end of a failed program's output which default of its container may have been in the way. Only what the program
/// itself said counts, and it is said as no more than that: the kernel does not tell why it refused.
/// </summary>
internal static partial class ConfinementHint
{
    private const string DocumentationHint = "see \"When a default is in the way\" in docs/reference/runner.md";

    /// <summary>Empty when nothing points to one.</summary>
    public static string Find(string output, ContainerLimits limits) =>
        NoNewPrivileges().IsMatch(output)
            ? Describe("that it can't become root", "no program gains rights in a task's container (no-new-privileges), so that sudo and su don't work")
        : NotPermitted().IsMatch(output) ? Describe("\"operation not permitted\"", Capabilities(limits.Grant.Capabilities))
        : NoFork().IsMatch(output) ? Describe("that it can't start a process or thread", string.Create(
            CultureInfo.InvariantCulture, $"a task's container has at most {limits.Pids} here (TASK_PIDS)"))
        : NoSpace().IsMatch(output) && limits.TmpBytes > 0 ? Describe("\"no space left on device\"", string.Create(
            CultureInfo.InvariantCulture, $"/tmp has {limits.TmpBytes} bytes here (TASK_TMP)"))
        : "";

    private static string Describe(string what, string rule) => $"its output says {what}, and {rule}: {DocumentationHint}";

    private static string Capabilities(IReadOnlyList<string> given) => given.Count == 0
        ? "a task's container has no capabilities here, such as CHOWN or SETUID, unless the runner's operator gives some to its image"
        : $"a container of this image has no capabilities here but {string.Join(", ", given)}";

    [GeneratedRegex(@"operation not permitted|\bEPERM\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NotPermitted();

    [GeneratedRegex("no new privileges|effective uid is not 0|must be suid|must be setuid root", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NoNewPrivileges();

    [GeneratedRegex(
        "can('t|not) fork|fork: (retry: )?resource temporarily unavailable|unable to create (new )?native thread|can't start new thread|pthread_create failed",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NoFork();

    [GeneratedRegex(@"no space left on device|\bENOSPC\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NoSpace();
}
