using System.Net;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Cli;

/// <summary>Exit codes for the ends of calls and tasks.</summary>
internal static class ExitCodeMapper
{
    public static int From(HybridException ex) => ex switch
    {
        { IsTransient: true } => ExitCodes.Unavailable,
        { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } => ExitCodes.AuthenticationFailed,
        { Status: HttpStatusCode.NotFound } => ExitCodes.NotFound,
        { Status: HttpStatusCode.Conflict } => ExitCodes.Conflict,
        _ => ExitCodes.RemoteError,
    };

    /// <summary>The task's own exit code; a task that did not complete never passes for a success.</summary>
    public static int From(TaskInfo ended) => ended switch
    {
        { Status: TaskStates.Complete } => ended.ExitCode ?? 0,
        { Status: "timeout" or "cancelled" } => ExitCodes.Failure,

        // The operating system keeps eight bits of it.
        { ExitCode: { } code } when (code & 0xff) != 0 => code,
        _ => ExitCodes.Failure,
    };
}
