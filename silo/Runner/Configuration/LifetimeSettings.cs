using OrleansHybrid.Runner.Sessions;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>Reads when the runner is to leave by itself.</summary>
internal static class LifetimeSettings
{
    // Timers count no further than 49 days.
    private const long MaxSeconds = 30 * 24 * 3600;

    public static LifetimeOptions Read(SettingReader settings)
    {
        var once = RunnerSettings.ReadFlag(settings, "ONCE");
        if (once && settings["STOP_AFTER_TASKS"] is not null)
        {
            settings.Reject("ONCE", "and STOP_AFTER_TASKS are both set: keep one of them.");
        }

        return new LifetimeOptions
        {
            MaxTasks = once ? 1 : (int?)ReadNumber(settings, "STOP_AFTER_TASKS", int.MaxValue),
            MaxIdleTime = ReadSeconds(settings, "STOP_WHEN_IDLE"),
            MaxUptime = ReadSeconds(settings, "STOP_AFTER"),
        };
    }

    private static TimeSpan? ReadSeconds(SettingReader settings, string name) =>
        ReadNumber(settings, name, MaxSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static long? ReadNumber(SettingReader settings, string name, long max) =>
        settings[name] is null ? null : RunnerSettings.ReadNumber(settings, name, defaultValue: 0, min: 1, max);
}
