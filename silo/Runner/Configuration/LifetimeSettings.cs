using Microsoft.Extensions.Configuration;
using OrleansHybrid.Runner.Sessions;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>Reads when the runner is to leave by itself.</summary>
internal static class LifetimeSettings
{
    // Timers count no further than 49 days.
    private const long MaxSeconds = 30 * 24 * 3600;

    public static LifetimeOptions Read(IConfiguration source)
    {
        var once = source["ONCE"] switch
        {
            null or "0" => false,
            "1" => true,
            _ => throw new ConfigurationException("ONCE", "must be 1 or 0."),
        };
        if (once && source["STOP_AFTER_TASKS"] is not null)
        {
            throw new ConfigurationException("ONCE", "and STOP_AFTER_TASKS are both set: keep one of them.");
        }

        return new LifetimeOptions
        {
            MaxTasks = once ? 1 : (int?)ReadNumber(source, "STOP_AFTER_TASKS", int.MaxValue),
            MaxIdleTime = ReadSeconds(source, "STOP_WHEN_IDLE"),
            MaxUptime = ReadSeconds(source, "STOP_AFTER"),
        };
    }

    private static TimeSpan? ReadSeconds(IConfiguration source, string name) =>
        ReadNumber(source, name, MaxSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static long? ReadNumber(IConfiguration source, string name, long max) =>
        source[name] is null ? null : RunnerSettings.ReadNumber(source, name, defaultValue: 0, min: 1, max);
}
