using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace OrleansHybrid.Stores.Sqlite;

/// <summary>
/// Checks the file before SQLite opens it for writing, which would already change it: a file that is not ours is not modified.
/// </summary>
public static class SqliteFile
{
    /// <summary>The application id in the file's header: "OHy1".</summary>
    public const int ApplicationId = 0x4F487931;

    private const int PreReleaseApplicationId = 0x4F487962;
    private const int HeaderLength = 100;
    private const int ApplicationIdAt = 68;

    private static readonly string[] OurTables = ["settings", "key_blocks", "user_tokens", "cluster_tokens"];

    /// <summary>
    /// Throws <see cref="InvalidOperationException"/>, with a sentence for people, for whatever can't become, or is not, a database of
    /// this program; nothing is good, and so is an empty file. Writes nothing.
    /// </summary>
    public static void Check(string file)
    {
        if (Directory.Exists(file))
        {
            throw Rejected(file, "is a folder");
        }

        var found = new FileInfo(file);
        if (!found.Exists || found.Length == 0)
        {
            return;
        }

        var header = HeaderOf(file);
        if (!header.AsSpan().StartsWith("SQLite format 3\0"u8) || header.Length < HeaderLength)
        {
            throw Rejected(file, "is no SQLite database");
        }

        if (BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(ApplicationIdAt)) is not (0 or ApplicationId or PreReleaseApplicationId))
        {
            throw Rejected(file, "is the database of another program");
        }

        var content = ContentOf(file);
        if (content.Tables.Count > 0 && !(content.Version > 0 && OurTables.All(content.Tables.Contains)))
        {
            throw Rejected(file, $"is the database of another program (it has a table {content.Tables.First()})");
        }

        if (content.Tables.Count > 0 && content.ApplicationId != ApplicationId)
        {
            throw new InvalidOperationException(
                $"{file} was written before 0.1.0 and can't be read any more: give another folder with --data, or move that file elsewhere.");
        }

        if (content.Version > SqliteMigrations.Newest)
        {
            throw SqliteMigrations.Newer(file, content.Version);
        }
    }

    private static byte[] HeaderOf(string file)
    {
        try
        {
            using var opened = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var header = new byte[HeaderLength];
            return header[..opened.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false)];
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{file} can't be read: {ex.Message}", ex);
        }
    }

    /// <summary>What is in the file; where that is nothing, and there is a log beside it, what that would add.</summary>
    private static Content ContentOf(string file)
    {
        try
        {
            var content = Read($"{new Uri(file).AbsoluteUri}?immutable=1");
            return content.Tables.Count == 0 && new FileInfo($"{file}-wal") is { Exists: true, Length: > 0 } ? ReadCopy(file) : content;
        }
        catch (SqliteException ex)
        {
            throw new InvalidOperationException(
                $"{file} can't be read as a database ({ex.Message}): is it in use by another process, or damaged?", ex);
        }
    }

    /// <summary>A file without tables is as small as its log, and its log must not be touched.</summary>
    private static Content ReadCopy(string file)
    {
        var folder = Directory.CreateTempSubdirectory("hybrid-look-").FullName;
        try
        {
            var copy = Path.Combine(folder, "copy.db");
            File.Copy(file, copy);
            File.Copy($"{file}-wal", $"{copy}-wal");
            return Read(copy);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Content Read(string source)
    {
        SQLitePCL.Batteries_V2.Init();
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = source,
            Mode = source.StartsWith("file:", StringComparison.Ordinal) ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
        var tables = new HashSet<string>(StringComparer.Ordinal);
        using (var rows = command.ExecuteReader())
        {
            while (rows.Read())
            {
                tables.Add(rows.GetString(0));
            }
        }

        return new Content(tables, ReadNumber(command, "PRAGMA user_version"), ReadNumber(command, "PRAGMA application_id"));
    }

    private static int ReadNumber(SqliteCommand command, string pragma)
    {
        command.CommandText = pragma;
        return Convert.ToInt32(command.ExecuteScalar(), null);
    }

    private static InvalidOperationException Rejected(string file, string what) => new(
        $"{file} {what}: this program needs a database file of its own. Give another folder with --data, or move that file elsewhere.");

    private sealed record Content(HashSet<string> Tables, int Version, int ApplicationId);
}
