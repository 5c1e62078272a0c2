using System.Net.ServerSentEvents;
using Orleans.Hybrid.Domain.Tasks;
using Orleans.Hybrid.Silo.Following;

namespace Orleans.Hybrid.Silo.Web.Tasks;

/// <summary>Finds what a browser has not seen of a task: more of its log, other facts, its end.</summary>
internal sealed class TaskWatch(
    ITaskStore tasks, ILogStore logs, FollowedTask followed, string projectId, TaskId id, TaskMark seen)
{
    private TaskMark _seen = seen;
    private Task _changed = Task.CompletedTask;

    /// <summary>The news since the last look.</summary>
    public async Task<IReadOnlyList<SseItem<string>>> LookAsync(CancellationToken cancel)
    {
        if (!_changed.IsCompleted)
        {
            return [];
        }

        var changed = followed.Changed;
        if (await tasks.FindAsync(projectId, id, cancel) is not { State: var task })
        {
            return [LiveEvents.End];
        }

        var news = new List<SseItem<string>>();
        var now = TaskMark.Of(task);
        if (now.Attempt != _seen.Attempt)
        {
            _seen = _seen with { Attempt = now.Attempt, Offset = 0 };
            news.Add(Item("", "new-log"));
        }

        var log = await LogText.ReadAsync(logs, task, _seen.Offset, cancel);
        if (log.Text.Length > 0)
        {
            _seen = _seen with { Offset = log.End };
            news.Add(Item(log.Text, "log"));
        }

        if (now.Facts != _seen.Facts)
        {
            _seen = _seen with { Facts = now.Facts };
            news.Add(Item("", "change"));
        }

        // A cancelled task's log goes on until its runner is done with it.
        if (task.Phase.IsFinal() && task.Lease is null && log.Text.Length == 0)
        {
            news.Add(LiveEvents.End);
        }

        // There may be more of a long log than is shown at once.
        _changed = news.Count > 0 ? Task.CompletedTask : changed;
        return news;
    }

    private SseItem<string> Item(string data, string type) => new(data, type) { EventId = _seen.ToString() };
}
