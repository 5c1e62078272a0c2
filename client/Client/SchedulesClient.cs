using OrleansHybrid.Client.Sealing;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Client;

/// <summary>Calls about the project's schedules. With an encryption key, payloads are sealed as those of tasks are.</summary>
/// <example><code>
/// var id = await client.Schedules.CreateAsync(
///     new NewSchedule { CodeName = "report", Payload = "daily", Cron = "0 9 * * 1-5", Timezone = "Europe/Berlin" });
/// </code></example>
public sealed class SchedulesClient
{
    private readonly IronHttpClient _api;
    private readonly PayloadSealer _sealer;

    internal SchedulesClient(IronHttpClient api, PayloadSealer sealer)
    {
        _api = api;
        _sealer = sealer;
    }

    /// <summary>Makes a schedule; gives its id.</summary>
    public async Task<string> CreateAsync(NewSchedule schedule, CancellationToken cancellationToken = default) =>
        (await CreateAsync([schedule], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Makes schedules, all of them or none; gives their ids in the same order.</summary>
    public async Task<IReadOnlyList<string>> CreateAsync(
        IReadOnlyList<NewSchedule> schedules, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schedules);
        var sealedSchedules = new NewSchedule[schedules.Count];
        for (var i = 0; i < sealedSchedules.Length; i++)
        {
            sealedSchedules[i] = await _sealer.SealAsync(schedules[i], cancellationToken).ConfigureAwait(false);
        }

        var request = new ScheduleRequest { Schedules = sealedSchedules };
        var answer = await _sealer.SendAsync(() => _api.PostAsync(
            $"{_api.Project}/schedules", request, IronJson.Default.ScheduleRequest, IronJson.Default.ScheduleResponse, cancellationToken))
            .ConfigureAwait(false);
        return answer.Schedules.Count == schedules.Count
            ? [.. answer.Schedules.Select(schedule => schedule.Id)]
            : throw new HybridException(
                $"{schedules.Count} schedules were sent, and the server returned {answer.Schedules.Count} ids",
                status: null, answer.Msg, isTransient: false);
    }

    /// <summary>One page of the project's schedules, newest first.</summary>
    /// <param name="page">Page, from 0 to 100.</param>
    /// <param name="perPage">Schedules a page, 1 to 100.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<ScheduleInfo>> ListAsync(
        int page = 0, int perPage = 30, CancellationToken cancellationToken = default)
    {
        var path = $"{_api.Project}/schedules?page={page}&per_page={perPage}";
        return (await _api.GetAsync(path, IronJson.Default.ScheduleList, cancellationToken).ConfigureAwait(false)).Schedules;
    }

    /// <summary>One schedule.</summary>
    public Task<ScheduleInfo> GetAsync(string scheduleId, CancellationToken cancellationToken = default) =>
        _api.GetAsync(Path(scheduleId), IronJson.Default.ScheduleInfo, cancellationToken);

    /// <summary>
    /// Changes a schedule; what is left out stays as it is. A payload in an envelope is bound to its code package and
    /// cluster: to change one of these, give the payload again.
    /// </summary>
    public async Task UpdateAsync(string scheduleId, ScheduleUpdate change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        var sealedChange = await _sealer.SealAsync(change, () => GetAsync(scheduleId, cancellationToken), cancellationToken).ConfigureAwait(false);
        await _sealer.SendAsync(() => _api.PutAsync(
            Path(scheduleId), sealedChange, IronJson.Default.ScheduleUpdate, IronJson.Default.MessageResponse, cancellationToken))
            .ConfigureAwait(false);
    }

    /// <summary>Ends a schedule for good; its tasks go on. Does nothing to one that has ended.</summary>
    public Task CancelAsync(string scheduleId, CancellationToken cancellationToken = default) => SendCommandAsync(scheduleId, "cancel", cancellationToken);

    /// <summary>Has a schedule wait until it is resumed. An addition to the published API.</summary>
    public Task PauseAsync(string scheduleId, CancellationToken cancellationToken = default) => SendCommandAsync(scheduleId, "pause", cancellationToken);

    /// <summary>Has a paused or failed schedule go on with its next time from now on. An addition.</summary>
    public Task ResumeAsync(string scheduleId, CancellationToken cancellationToken = default) => SendCommandAsync(scheduleId, "resume", cancellationToken);

    /// <summary>Queues a task of the schedule now, beside its runs; gives the task's id. An addition.</summary>
    public async Task<string> RunAsync(string scheduleId, CancellationToken cancellationToken = default)
    {
        var answer = await _api.PostAsync(
            $"{Path(scheduleId)}/run", () => new ByteArrayContent([]), IronJson.Default.EnqueueResponse, cancellationToken)
            .ConfigureAwait(false);
        return answer.Tasks.Count == 1
            ? answer.Tasks[0].Id
            : throw new HybridException(
                $"one task was sent, and the server returned {answer.Tasks.Count} ids",
                status: null, answer.Msg, isTransient: false);
    }

    /// <summary>One page of the tasks that a schedule queued, newest first. An addition.</summary>
    /// <param name="scheduleId">The schedule.</param>
    /// <param name="page">Page, from 0 to 100.</param>
    /// <param name="perPage">Tasks a page, 1 to 100.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<TaskInfo>> ListRunsAsync(
        string scheduleId, int page = 0, int perPage = 30, CancellationToken cancellationToken = default)
    {
        var path = $"{Path(scheduleId)}/runs?page={page}&per_page={perPage}";
        return (await _api.GetAsync(path, IronJson.Default.TaskList, cancellationToken).ConfigureAwait(false)).Tasks;
    }

    private Task<MessageResponse> SendCommandAsync(string scheduleId, string command, CancellationToken cancellationToken) => _api.PostAsync(
        $"{Path(scheduleId)}/{command}", () => new ByteArrayContent([]), IronJson.Default.MessageResponse, cancellationToken);

    private string Path(string scheduleId) => $"{_api.Project}/schedules/{Uri.EscapeDataString(scheduleId)}";
}
