using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Launcher.Tests.Domain;

/// <summary>Requests that tests begin with.</summary>
internal static class LaunchExamples
{
    public static readonly DateTimeOffset Start = new(2026, 3, 30, 22, 0, 0, TimeSpan.Zero);

    public static readonly LaunchProfile Terms = new()
    {
        Image = "t1",
        MachineType = "ngd3",
        Limit = TimeSpan.FromMinutes(40),
        LongestQueue = TimeSpan.FromHours(1),
        PricePerHour = 1.5m,
        Caps = new LaunchQuota(3),
        Budget = new LaunchBudget(),
    };

    public static readonly LaunchRequest FirstRequest = new()
    {
        CredentialId = "ci",
        CommitHash = "0f3c9d",
        Parameters = new Dictionary<string, string>(),
        Marker = "marker",
        PolicyVersion = "v1",
        Terms = Terms,
        Origin = new CallerAddress("192.0.2.1", "192.0.2.1"),
    };

    /// <summary>An id that tells one launch from another.</summary>
    public static string Id(int number) => $"{number:x24}";

    /// <summary>The label of a job of a launcher whose first launch was <see cref="Id"/> of 1.</summary>
    public static string LabelOf(int number, int attempt) => $"hybrid:00000001:{Id(number)}:a{attempt}";

    /// <summary>A request for another commit.</summary>
    public static LaunchRequest For(int commit) => FirstRequest with { CommitHash = $"{commit:x4}" };
}
