using System.Reflection;
using System.Security.Cryptography;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Bench.Raw;

/// <summary>The content of raw rows: the values that the silo writes for the same load, or others of the same length.</summary>
internal static class RawTasks
{
    /// <summary>Owner, cluster, code and session are never looked up.</summary>
    public const string SomeId = "0198f0000000000000000001";

    /// <summary>The rest of a task's specification, as the silo writes it.</summary>
    public const string Spec = """{"CodeRev":1}""";

    /// <summary>How long a lease holds once it is renewed, in seconds.</summary>
    public const int LeaseSeconds = 60;

    /// <summary>How long a new lease holds, in milliseconds.</summary>
    public const int FirstLeaseMilliseconds = 10_000;

    private static readonly Assembly Stores = typeof(StoreServiceCollectionExtensions).Assembly;

    /// <summary>Now as stored.</summary>
    public static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Ids of tasks queued together.</summary>
    public static string[] NewIds(int count)
    {
        var (now, chance) = (TimeProvider.System.GetUtcNow(), Random.Shared.NextInt64(1L << 47));
        return [.. Enumerable.Range(0, count).Select(index => TimeOrderedId.From(now, chance + index))];
    }

    /// <summary>A lease's token, or a claim's key.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>The product's migrations for one database, in order.</summary>
    public static IEnumerable<string> Migrations(string dialect) => Stores.GetManifestResourceNames()
        .Where(name => name.StartsWith($"{dialect}/Migrations/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(path =>
        {
            using var reader = new StreamReader(Stores.GetManifestResourceStream(path)!);
            return reader.ReadToEnd();
        });
}
