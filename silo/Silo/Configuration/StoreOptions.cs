namespace OrleansHybrid.Silo.Configuration;

/// <summary>Where tasks and keys are kept.</summary>
internal sealed class StoreOptions : ISettings
{
    /// <summary>The name of the SQLite file.</summary>
    public const string SqliteFileName = "hybrid.db";

    /// <summary>The folder of the SQLite file and the server key.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>A PostgreSQL connection string; null for a SQLite file in the data directory.</summary>
    public string? Database { get; set; }

    /// <summary>The file with the server key; null for the one in the data directory.</summary>
    public string? ServerKeyFile { get; set; }

    /// <summary>Where the tasks are when they are in no server's database.</summary>
    public string SqliteFile => Path.Combine(DataDirectory, SqliteFileName);

    /// <inheritdoc />
    public void Read(SettingReader settings)
    {
        DataDirectory = Path.GetFullPath(settings["HYBRID_DATA"] ?? DefaultDirectory());
        Database = settings["HYBRID_POSTGRES_FILE"] is { } file ? ReadFile(file, settings) : settings["HYBRID_POSTGRES"];
        ServerKeyFile = settings["HYBRID_SERVER_KEY_FILE"];
    }

    private static string? ReadFile(string file, SettingReader settings)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            settings.Reject("HYBRID_POSTGRES_FILE", "names a file that can't be read: check its path and rights.");
            return null;
        }
    }

    private static string DefaultDirectory() => Path.Combine(
        Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "hybrid",
        "silo");
}
