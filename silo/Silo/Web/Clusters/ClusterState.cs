using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Silo.Web.Clusters;

/// <summary>A cluster, how many tasks wait for it, its runners with the leases that they hold, and labels that they lack.</summary>
public sealed record ClusterState(
    ClusterSettings Cluster, int Waiting, IReadOnlyList<(RunnerSession Session, int Leases)> Runners, LabelSet Missing)
{
    /// <summary>Counting on costs more than the figure is worth.</summary>
    internal const int MaxCounted = 1000;

    /// <summary>How many of its runners are connected: active within a minute.</summary>
    public int Connected => Runners.Count(runner => !runner.Session.Lost);

    /// <summary>How many tasks wait, and how many its runners hold.</summary>
    public string Load => string.Create(
        CultureInfo.InvariantCulture,
        $"{Waiting}{(Waiting == MaxCounted ? "+" : "")} waiting, {Runners.Sum(runner => runner.Leases)} running");

    /// <summary>A digest of all that a page shows of it.</summary>
    public string Digest
    {
        get
        {
            var facts = Runners
                .Select(runner => $"{runner.Session.Id} {runner.Session.Phase} {runner.Session.Paused} {runner.Session.Lost} {runner.Leases}")
                .Prepend(string.Create(CultureInfo.InvariantCulture, $"{Waiting} {Missing.Text}"));
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', facts))))[..16];
        }
    }
}

/// <summary>One page of a user's clusters.</summary>
public sealed record ClusterListModel(IReadOnlyList<ClusterState> Clusters, int Page, bool HasOlder);

/// <summary>One cluster; right after its creation with its token, and the line that starts a runner.</summary>
public sealed record ClusterModel(ClusterState State, string? Token, string? RunLine);
