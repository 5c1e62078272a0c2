using System.Runtime.CompilerServices;
using OrleansHybrid.Contracts.Launcher;

namespace OrleansHybrid.Client;

/// <summary>Calls about a launcher, for operators. A control plane without one returns 404.</summary>
/// <example><code>
/// foreach (var launch in (await client.Launcher.ListAsync(limit: 10)).Runs)
/// {
///     Console.WriteLine($"{launch.Id} {launch.CommitHash}");
/// }
/// </code></example>
public sealed class LauncherClient
{
    // Beside the Iron API, and on its server.
    private const string Root = "../launcher/v1";
    private const string Ended = "ended";

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly IronHttpClient _api;
    private readonly TimeProvider _time;

    internal LauncherClient(IronHttpClient api, TimeProvider time) => (_api, _time) = (api, time);

    /// <summary>The launcher's status: caps, budget, key, and active launches.</summary>
    public Task<LauncherStatus> GetStatusAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync(Root, LauncherJson.Default.LauncherStatus, cancellationToken);

    /// <summary>Active and ended launches, the newest first.</summary>
    /// <param name="limit">How many, 1 to 100.</param>
    /// <param name="before">Only those with lower ids: <see cref="LaunchList.Before"/> of the page before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<LaunchList> ListAsync(int limit = 30, string? before = null, CancellationToken cancellationToken = default)
    {
        var older = before is null ? "" : $"&before={Uri.EscapeDataString(before)}";
        return _api.GetAsync($"{Root}/runs?limit={limit}{older}", LauncherJson.Default.LaunchList, cancellationToken);
    }

    /// <summary>One launch.</summary>
    public Task<LaunchInfo> GetAsync(string launchId, CancellationToken cancellationToken = default) =>
        _api.GetAsync(Path(launchId), LauncherJson.Default.LaunchInfo, cancellationToken);

    /// <summary>Cancels a launch, and returns it. Does nothing to one that has ended.</summary>
    public Task<LaunchInfo> CancelAsync(string launchId, CancellationToken cancellationToken = default) => _api.PostAsync(
        $"{Path(launchId)}/cancel", () => new ByteArrayContent([]), LauncherJson.Default.LaunchInfo, cancellationToken);

    /// <summary>Some records of the audit, the oldest first, and whether they are sound.</summary>
    /// <param name="from">The number of the first: 1, then <see cref="AuditPage.Next"/> of the page before.</param>
    /// <param name="limit">How many, 1 to 1000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<AuditPage> GetAuditAsync(long from = 1, int limit = 100, CancellationToken cancellationToken = default) =>
        _api.GetAsync($"{Root}/audit?from={from}&limit={limit}", LauncherJson.Default.AuditPage, cancellationToken);

    /// <summary>Copies what the newest attempt of a launch has written so far, as it is.</summary>
    public async Task<LaunchInfo> CopyLogAsync(string launchId, Stream destination, CancellationToken cancellationToken = default)
    {
        var launch = await GetAsync(launchId, cancellationToken).ConfigureAwait(false);
        await CreateCopier(launch, destination, cancellationToken).CopyNewAsync(cancellationToken).ConfigureAwait(false);
        return launch;
    }

    /// <summary>Copies what a launch writes until it has ended, each byte once; what another attempt writes follows behind.</summary>
    public async Task<LaunchInfo> FollowLogAsync(string launchId, Stream destination, CancellationToken cancellationToken = default)
    {
        var launch = await GetAsync(launchId, cancellationToken).ConfigureAwait(false);
        var copy = CreateCopier(launch, destination, cancellationToken);
        while (true)
        {
            // How far it is first, and then the text: so that of one that has ended there is no more to come.
            await copy.CopyNewAsync(cancellationToken).ConfigureAwait(false);
            if (launch.State == Ended)
            {
                return launch;
            }

            await Task.Delay(PollInterval, _time, cancellationToken).ConfigureAwait(false);
            var now = await GetAsync(launchId, cancellationToken).ConfigureAwait(false);
            if (now.Attempt != launch.Attempt)
            {
                await copy.CopyNewAsync(cancellationToken).ConfigureAwait(false);
                copy = CreateCopier(now, destination, cancellationToken);
            }

            launch = now;
        }
    }

    private LogCopier CreateCopier(LaunchInfo launch, Stream destination, CancellationToken cancellationToken) =>
        new(offset => ReadLogAsync(launch, offset, cancellationToken), destination);

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLogAsync(
        LaunchInfo launch, long offset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await ReadChunkAsync(launch, offset, cancellationToken).ConfigureAwait(false) is { Length: > 0 } piece)
        {
            offset += piece.Length;
            yield return piece;
        }
    }

    private async Task<byte[]> ReadChunkAsync(LaunchInfo launch, long offset, CancellationToken cancellationToken)
    {
        var url = _api.Url($"{Path(launch.Id)}/log?attempt={launch.Attempt}&offset={offset}");
        using var response = await _api.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, url), isReadOnly: true, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception ex) when (ex is HttpRequestException or IOException)
        {
            throw IronHttpClient.NoResponse(response.RequestMessage!, ex);
        }
    }

    private static string Path(string launchId) => $"{Root}/runs/{Uri.EscapeDataString(launchId)}";
}
