using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Silo.Admin;

/// <summary>For what works on an installation and must not make one: a path or a database that was mistyped stays as it is.</summary>
internal static class InstallationCheck
{
    private const string Remedy =
        "check it; or make one by silo up, or, for several silos, by silo admin setup --public-url URL with the same options.";

    /// <summary>Where a SQLite file is to be, there must be one; comes before anything is made there.</summary>
    public static void RequireFile(StoreOptions options)
    {
        if (options.Database is null && !File.Exists(options.SqliteFile))
        {
            throw new ConfigurationException(
                "--data", $"is {options.DataDirectory}, where there is no database ({StoreOptions.SqliteFileName}): {Remedy}");
        }
    }

    /// <summary>A PostgreSQL database must have our tables.</summary>
    public static async Task RequireTablesAsync(StoreOptions options, IDatabaseInitializer store, CancellationToken cancellationToken)
    {
        if (options.Database is not null && !await store.IsInitializedAsync(cancellationToken))
        {
            throw new ConfigurationException("--postgres-file", $"names a database in which nothing was set up: {Remedy}");
        }
    }
}
