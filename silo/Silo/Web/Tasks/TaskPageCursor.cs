using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Web.Tasks;

/// <summary>The position of a browser in a task: a digest of the facts it has shown, and how far into which attempt's log.</summary>
public readonly record struct TaskPageCursor(string FactsDigest, int Attempt, long Offset)
{
    /// <summary>A task's facts as they are, and nothing of its log.</summary>
    public static TaskPageCursor Of(TaskState task)
    {
        var facts = string.Create(
            CultureInfo.InvariantCulture,
            $"{task.Phase} {task.Attempt} {task.Lease?.Stopping} {task.StartedAt:O} {task.Percent} {task.Digest} {task.RetryId} {task.EndedAt:O} {task.Message}");
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(facts)))[..16];
        return new TaskPageCursor(digest, task.Attempt, 0);
    }

    /// <summary>Parses what <see cref="ToString"/> wrote; anything else is the start.</summary>
    public static TaskPageCursor Parse(string text) =>
        text.Split('.') is [var facts, var attempt, var offset]
        && int.TryParse(attempt, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? new TaskPageCursor(facts, number, bytes)
            : new TaskPageCursor("", 0, 0);

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{FactsDigest}.{Attempt}.{Offset}");
}
