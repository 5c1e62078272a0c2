using System.Globalization;

namespace OrleansHybrid.Silo.Streaming;

/// <summary>How far into which attempt's log a reader is, as the id of an event.</summary>
internal readonly record struct StreamCursor(int Attempt, long Offset)
{
    /// <summary>The id that a reader comes back with; of one who comes for the first time, or with anything else, the beginning.</summary>
    public static StreamCursor FromRequest(HttpRequest request) =>
        request.Headers["Last-Event-ID"].ToString().Split('.') is [var attempt, var offset]
        && int.TryParse(attempt, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? new StreamCursor(number, bytes)
            : default;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Attempt}.{Offset}");
}
