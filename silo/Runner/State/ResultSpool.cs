using System.Text.Json;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Runner.State;

/// <summary>
/// Results that the control plane has not accepted yet, one JSON line each, so that a restarted runner still reports
/// them. It holds outcomes only, nothing of a payload or a log, and stops growing at its limit.
/// </summary>
internal sealed class ResultSpool(StateFolder folder, long limit = ResultSpool.DefaultLimit)
{
    private const long DefaultLimit = 8 * 1024 * 1024;

    private readonly string _path = folder.PathOf("results.jsonl");

    /// <summary>Results of the previous run; a line that a crash cut off is ignored.</summary>
    public IReadOnlyList<TaskResult> Read() =>
        File.Exists(_path) ? [.. File.ReadLines(_path).Select(Parse).OfType<TaskResult>()] : [];

    /// <summary>False when the spool is full or can't be written: the result is then in memory only.</summary>
    public bool Add(TaskResult result)
    {
        try
        {
            using var file = PrivateFile.Open(_path, FileMode.OpenOrCreate, FileShare.Read);
            if (file.Length >= limit)
            {
                return false;
            }

            file.Seek(0, SeekOrigin.End);
            file.Write(Line(result));
            return true;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Keeps <paramref name="unreported"/> only, as far as they fit.</summary>
    public void ReplaceWith(IReadOnlyCollection<TaskResult> unreported)
    {
        try
        {
            PrivateFile.Replace(_path, Lines(unreported));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            // What stays in the spool too long is reported twice, and the control plane answers "stale".
        }
    }

    private byte[] Lines(IReadOnlyCollection<TaskResult> results)
    {
        using var lines = new MemoryStream();
        foreach (var result in results.TakeWhile(_ => lines.Length < limit))
        {
            lines.Write(Line(result));
        }

        return lines.ToArray();
    }

    private static byte[] Line(TaskResult result) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(result, StateJson.Default.TaskResult), (byte)'\n'];

    private static TaskResult? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, StateJson.Default.TaskResult);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
