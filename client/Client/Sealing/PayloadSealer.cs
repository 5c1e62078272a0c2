using System.Net;
using System.Text;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Contracts.Sealing;

namespace OrleansHybrid.Client.Sealing;

/// <summary>
/// Seals payloads before they leave this process. What an envelope has to say and the caller did not, it asks of the control plane.
/// </summary>
/// <param name="options">The key and the form.</param>
/// <param name="findCluster">The id of the cluster with a name, or with null of the project's default; null when there is none.</param>
/// <param name="findRetries">How often a code package's failed tasks are tried again; null when there is no such package.</param>
internal sealed class PayloadSealer(
    HybridOptions options,
    Func<string?, CancellationToken, Task<string?>> findCluster,
    Func<string, CancellationToken, Task<int?>> findRetries)
{
    private const string Default = "default";
    private const string UnlimitedRuns = "*";

    // The most that a code package can have: a control plane that claims more is not believed.
    private const int MaxRetries = 10;

    private static readonly TimeSpan RetriesCacheDuration = TimeSpan.FromSeconds(30);

    private readonly AsyncCache<string> _clusters = new(
        options.TimeProvider, null, name => findCluster(name == Default ? null : name, CancellationToken.None));

    private readonly AsyncCache<string> _runs = new(
        options.TimeProvider,
        RetriesCacheDuration,
        async code => await findRetries(code, CancellationToken.None).ConfigureAwait(false) is { } retries
            ? EnvelopeHeader.FormatRuns(1 + Math.Clamp(retries, 0, MaxRetries))
            : null);

    private bool UsesEnvelope => options is { EncryptionKey.IsSymmetric: true, SealMode: SealMode.Envelope };

    /// <summary>The task with its payload sealed, and with the id of the cluster that it was sealed for.</summary>
    public async ValueTask<NewTask> SealAsync(NewTask task, CancellationToken cancellationToken)
    {
        Validate(task.Runs, task.NotAfter);
        if (!UsesEnvelope)
        {
            return task with { Payload = SealIronCompatible(task.Payload) };
        }

        var cluster = await ResolveClusterAsync(task.Cluster, cancellationToken).ConfigureAwait(false);

        // The server rejects an unknown code package with its own message.
        var runs = task.Runs ?? await _runs.GetAsync(task.CodeName, cancellationToken).ConfigureAwait(false) ?? EnvelopeHeader.FormatRuns(1);
        return task with { Cluster = cluster, Payload = SealInEnvelope(task.Payload, cluster, task.CodeName, runs, task.NotAfter) };
    }

    /// <summary>The same of a schedule, whose payload starts as often as it comes due.</summary>
    public async ValueTask<NewSchedule> SealAsync(NewSchedule schedule, CancellationToken cancellationToken)
    {
        Validate(UnlimitedRuns, schedule.NotAfter);
        if (!UsesEnvelope)
        {
            return schedule with { Payload = SealIronCompatible(schedule.Payload) };
        }

        var cluster = await ResolveClusterAsync(schedule.Cluster, cancellationToken).ConfigureAwait(false);
        return schedule with
        {
            Cluster = cluster,
            Payload = SealInEnvelope(schedule.Payload, cluster, schedule.CodeName, UnlimitedRuns, schedule.NotAfter),
        };
    }

    /// <summary>The same of a change; <paramref name="present"/> is asked for what the change leaves as it is.</summary>
    public async Task<ScheduleUpdate> SealAsync(
        ScheduleUpdate change, Func<Task<ScheduleInfo>> present, CancellationToken cancellationToken)
    {
        Validate(UnlimitedRuns, change.NotAfter);
        if (change.Payload is not { } payload)
        {
            return !UsesEnvelope || change is { CodeName: null, Cluster: null, NotAfter: null } ? change : throw new ArgumentException(
                "the payload is sealed for its code package, cluster and time: to change one of them, give the payload again", nameof(change));
        }

        if (!UsesEnvelope)
        {
            return change with { Payload = SealIronCompatible(payload) };
        }

        var before = change is { CodeName: not null, Cluster: not null } ? null : await present().ConfigureAwait(false);
        var cluster = await ResolveClusterAsync(change.Cluster ?? before!.Cluster, cancellationToken).ConfigureAwait(false);
        return change with
        {
            Cluster = change.Cluster is null ? null : cluster,
            Payload = SealInEnvelope(payload, cluster, change.CodeName ?? before!.CodeName, UnlimitedRuns, change.NotAfter),
        };
    }

    /// <summary>Sends what was sealed; if the server knows some name of it no longer, cluster names are loaded again next time.</summary>
    public async Task<T> SendAsync<T>(Func<Task<T>> send)
    {
        try
        {
            return await send().ConfigureAwait(false);
        }
        catch (HybridException ex) when (ex.Status == HttpStatusCode.NotFound)
        {
            _clusters.Clear();
            throw;
        }
    }

    private void Validate(string? runs, DateTimeOffset? notAfter)
    {
        if (runs is not null && !EnvelopeHeader.IsValidRuns(runs))
        {
            throw new ArgumentException($"Runs must be * or a number from 1 to {EnvelopeHeader.MaxRuns}, not {runs}");
        }

        if (!UsesEnvelope && ((runs ?? UnlimitedRuns) != UnlimitedRuns || notAfter is not null))
        {
            throw new ArgumentException("Runs and NotAfter need an envelope: use a hex key and SealMode.Envelope");
        }
    }

    /// <summary>Never an empty id: that would mean any cluster, and the control plane may have sent it.</summary>
    private async ValueTask<string> ResolveClusterAsync(string? named, CancellationToken cancellationToken)
    {
        if (IsId(named))
        {
            return named!;
        }

        var name = string.IsNullOrEmpty(named) ? Default : named;
        var id = await _clusters.GetAsync(name, cancellationToken).ConfigureAwait(false);
        if (IsId(id))
        {
            return id!;
        }

        _clusters.Clear();
        throw new HybridException(
            name == Default
                ? "the payload can't be sealed: the control plane names no default cluster of this project; give the cluster's id"
                : $"the payload can't be sealed: the control plane knows no cluster {name}; give its id",
            HttpStatusCode.NotFound, "", isTransient: false);
    }

    private string SealInEnvelope(string payload, string cluster, string code, string runs, DateTimeOffset? notAfter) =>
        options.EncryptionKey!.Seal(Encoding.UTF8.GetBytes(payload), new EnvelopeHeader
        {
            Project = options.ProjectId,
            Cluster = cluster,
            Code = code,
            Runs = runs,
            NotAfter = notAfter?.ToUnixTimeSeconds(),
        });

    private string SealIronCompatible(string payload) =>
        options.EncryptionKey?.SealIronCompatible(Encoding.UTF8.GetBytes(payload)) ?? payload;

    private static bool IsId(string? text) => text is { Length: 24 } && text.All(char.IsAsciiHexDigitLower);
}
