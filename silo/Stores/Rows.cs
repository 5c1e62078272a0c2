using System.Data.Common;

namespace OrleansHybrid.Stores;

/// <summary>How values stand in rows, alike in both databases: times as milliseconds since 1970, flags as 0 and 1.</summary>
internal static class Rows
{
    /// <summary>A time as stored.</summary>
    public static long Stored(this DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    /// <summary>A time from its column.</summary>
    public static DateTimeOffset Time(this DbDataReader row, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    /// <summary>A time from a column that may be null.</summary>
    public static DateTimeOffset? TimeOrNull(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.Time(column);

    /// <summary>A text from a column that may be null.</summary>
    public static string? TextOrNull(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>Bytes from a column that may be null.</summary>
    public static byte[]? BytesOrNull(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.Bytes(column);

    /// <summary>Bytes from their column.</summary>
    public static byte[] Bytes(this DbDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    /// <summary>A number from a column that may be null.</summary>
    public static int? NumberOrNull(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetInt32(column);
}
