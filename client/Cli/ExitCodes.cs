using System.Net;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Cli;

/// <summary>The program's exit codes.</summary>
internal static class ExitCodes
{
    public const int Failure = 1;
    public const int Usage = 2;
    public const int Remote = 3;
    public const int Authentication = 4;
    public const int NotFound = 5;
    public const int Conflict = 6;
    public const int Unavailable = 69;
    public const int Configuration = 78;
    public const int Interrupted = 130;

    /// <summary>As of a program that SIGPIPE has ended: the reader closed the output.</summary>
    public const int OutputClosed = 141;

    public static int From(HybridException ex) => ex switch
    {
        { IsTransient: true } => Unavailable,
        { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } => Authentication,
        { Status: HttpStatusCode.NotFound } => NotFound,
        { Status: HttpStatusCode.Conflict } => Conflict,
        _ => Remote,
    };

    /// <summary>The task's own exit code; a task that did not complete never passes for a success.</summary>
    public static int From(TaskInfo ended) => ended switch
    {
        { Status: TaskStates.Complete } => ended.ExitCode ?? 0,
        { Status: "timeout" or "cancelled" } => Failure,

        // The operating system keeps eight bits of it.
        { ExitCode: { } code } when (code & 0xff) != 0 => code,
        _ => Failure,
    };
}
