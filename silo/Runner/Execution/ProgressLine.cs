using System.Globalization;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Runner.Execution;

/// <summary>A task's report of its progress: <c>percent message</c>, the message optional.</summary>
internal sealed record ProgressLine(int Percent, string Message)
{
    private const int MaxMessageLength = 1000;

    /// <summary>The newest line that says something; null when none does.</summary>
    public static ProgressLine? FindNewest(string lines) =>
        lines.Split('\n').Reverse().Select(Parse).FirstOrDefault(line => line is not null);

    /// <summary>As a result carries it.</summary>
    public TaskProgress ToContract() => new() { Percent = Percent, Message = Message.Length > 0 ? Message : null };

    private static ProgressLine? Parse(string line)
    {
        var parts = line.Trim().Split((char[])[' ', '\t'], 2);
        if (!int.TryParse(parts[0].TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var percent)
            || percent > 100)
        {
            return null;
        }

        var message = parts.Length > 1 ? parts[1].Trim() : "";
        return new ProgressLine(percent, LineSanitizer.Sanitize(message, MaxMessageLength));
    }
}
