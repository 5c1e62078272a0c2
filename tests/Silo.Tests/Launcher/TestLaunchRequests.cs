using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;

namespace OrleansHybrid.Silo.Tests.Launcher;

/// <summary>Requests that tests begin with.</summary>
internal static class TestLaunchRequests
{
    public static readonly CallerAddress Origin = new("192.0.2.1", "192.0.2.1");

    public static AuthenticatedLaunch For(int commit) => new()
    {
        CredentialId = "ci",
        CommitHash = $"{commit:x6}",
        Parameters = new Dictionary<string, string> { ["python"] = "3.14" },
        Origin = Origin,
    };

    public static Nonce Nonce(int number, DateTimeOffset now) => new("ci", $"{number:x32}", now.AddMinutes(10));
}
