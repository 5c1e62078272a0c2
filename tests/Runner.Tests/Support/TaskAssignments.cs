using System.Text;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>Orders for tests.</summary>
internal static class TaskAssignments
{
    private static int _made;

    public static TaskAssignment New(string payload = "", int attempt = 1, string? task = null) => new()
    {
        Lease = new LeaseRef
        {
            TaskId = task ?? $"{Interlocked.Increment(ref _made):x24}",
            Attempt = attempt,
            Token = new string('a', 31) + attempt,
        },
        LeaseMilliseconds = 10_000,
        ProjectId = new string('b', 24),
        CodeName = "some/code",
        Image = "some/image",
        Payload = Encoding.UTF8.GetBytes(payload),
        TimeoutSeconds = 3600,
    };
}
