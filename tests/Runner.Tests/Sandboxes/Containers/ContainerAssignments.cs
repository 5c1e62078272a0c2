using System.Security.Cryptography;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

/// <summary>Orders as a control plane would send them, each for another task.</summary>
internal static class ContainerAssignments
{
    public static TaskAssignment For(string image, string command = "") => new()
    {
        Lease = new LeaseRef
        {
            TaskId = RandomNumberGenerator.GetHexString(24, lowercase: true),
            Attempt = 1,
            Token = RandomNumberGenerator.GetHexString(32, lowercase: true),
        },
        LeaseMilliseconds = 10_000,
        ProjectId = "5a0000000000000000000001",
        CodeName = "trial",
        Image = image,
        Command = command,
        Payload = [],
        TimeoutSeconds = 60,
    };

    public static string NewSessionId() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
