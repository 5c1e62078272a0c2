using System.Globalization;
using Orleans.Hybrid.Runner.Executors;

namespace Orleans.Hybrid.Runner.Settings;

/// <summary>Reads how the runner and the control plane speak to each other: over HTTPS, or as silos of one cluster.</summary>
internal static class SiloSettings
{
    /// <summary>How to join; null for HTTPS.</summary>
    public static SiloMembership? Read(SettingSource source) => source["LINK"]?.ToLowerInvariant() switch
    {
        null or "https" => null,
        "grains" when ExecutorEngine.CanJoin => Membership(source),
        "grains" => throw new BadSettingException(
            "LINK", "is grains, which this build can't: build the runner with -p:RunnerEngine=Orleans, or leave LINK unset."),
        _ => throw new BadSettingException("LINK", "must be https or grains."),
    };

    private static SiloMembership Membership(SettingSource source)
    {
        var database = source.Secret("MEMBERSHIP") ?? throw new BadSettingException(
            "MEMBERSHIP", "is missing: LINK=grains needs the connection string of the PostgreSQL in which silos find each other.");
        return source["SILO"]?.Split(':') is [{ Length: > 0 } host, var text]
            && ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port > 0
            ? new SiloMembership { ConnectionString = database, Host = host, Port = port }
            : throw new BadSettingException(
                "SILO", "must be this runner's own address and port among silos, such as 10.0.0.7:11112.");
    }
}
