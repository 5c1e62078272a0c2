using Orleans.Hybrid.Domain.Launching;

namespace Orleans.Hybrid.Silo.Tests.Launches;

/// <summary>Requests that tests begin with; their scripts are their commits, by which scripted jobs know what to say.</summary>
internal static class Requests
{
    public static readonly LaunchOrigin Origin = new("192.0.2.1", "192.0.2.1");

    public static LaunchRequest For(int commit, int cap = 3) => new()
    {
        CredentialId = "ci",
        CommitHash = $"{commit:x6}",
        Parameters = new Dictionary<string, string> { ["python"] = "3.14" },
        Script = $"{commit:x6}",
        Marker = "marker",
        PolicyVersion = "v1",
        Terms = new LaunchTerms
        {
            Image = "t1",
            MachineType = "ngd3",
            Limit = TimeSpan.FromMinutes(40),
            LongestQueue = TimeSpan.FromHours(1),
            PricePerHour = 1.5m,
            Caps = new LaunchCaps(cap),
            Budget = new LaunchBudget(Month: 1000),
        },
        Origin = Origin,
    };

    /// <summary>One whose policy counts what others start on the account.</summary>
    public static LaunchRequest Counting(int commit, int cap)
    {
        var request = For(commit);
        return request with { Terms = request.Terms with { Caps = new LaunchCaps(cap, ForeignJobs: true) } };
    }

    public static Nonce Nonce(int number, DateTimeOffset now) => new("ci", $"{number:x32}", now.AddMinutes(10));
}
