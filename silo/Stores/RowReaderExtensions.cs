using System.Data.Common;

namespace OrleansHybrid.Stores;

/// <summary>Reads values of rows, stored alike in both databases: times as milliseconds since 1970, flags as 0 and 1.</summary>
internal static class RowReaderExtensions
{
    /// <summary>A time as stored.</summary>
    public static long ToStored(this DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    /// <summary>A time from its column.</summary>
    public static DateTimeOffset GetTime(this DbDataReader row, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    /// <summary>A time from a column that may be null.</summary>
    public static DateTimeOffset? GetTimeOrNull(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetTime(column);

    /// <summary>A text from a column that may be null.</summary>
    public static string? GetStringOrNull(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>Bytes from a column that may be null.</summary>
    public static byte[]? GetByteArrayOrNull(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetByteArray(column);

    /// <summary>Bytes from their column.</summary>
    public static byte[] GetByteArray(this DbDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    /// <summary>A number from a column that may be null.</summary>
    public static int? GetInt32OrNull(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetInt32(column);
}
