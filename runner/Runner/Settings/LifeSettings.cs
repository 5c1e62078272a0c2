using OrleansHybrid.Runner.Sessions;

namespace OrleansHybrid.Runner.Settings;

/// <summary>Reads when the runner is to leave by itself.</summary>
internal static class LifeSettings
{
    // Timers count no further than 49 days.
    private const long LongestSeconds = 30 * 24 * 3600;

    /// <summary>The names of these settings.</summary>
    public static IReadOnlyList<string> Names { get; } = ["ONCE", "STOP_AFTER_TASKS", "STOP_WHEN_IDLE", "STOP_AFTER"];

    public static LifeLimits Read(SettingSource source)
    {
        var once = source["ONCE"] switch
        {
            null or "0" => false,
            "1" => true,
            _ => throw new BadSettingException("ONCE", "must be 1 or 0."),
        };
        if (once && source["STOP_AFTER_TASKS"] is not null)
        {
            throw new BadSettingException("ONCE", "and STOP_AFTER_TASKS are both set: keep one of them.");
        }

        return new LifeLimits
        {
            Tasks = once ? 1 : (int?)NumberIn(source, "STOP_AFTER_TASKS", int.MaxValue),
            Idle = SecondsIn(source, "STOP_WHEN_IDLE"),
            Uptime = SecondsIn(source, "STOP_AFTER"),
        };
    }

    private static TimeSpan? SecondsIn(SettingSource source, string name) =>
        NumberIn(source, name, LongestSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static long? NumberIn(SettingSource source, string name, long most) =>
        source[name] is null ? null : RunnerSettings.NumberIn(source, name, byDefault: 0, least: 1, most);
}
