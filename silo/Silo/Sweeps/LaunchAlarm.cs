namespace OrleansHybrid.Silo.Sweeps;

/// <summary>Wakes this silo's <see cref="LaunchSweep"/> when something was launched or cancelled here.</summary>
internal sealed class LaunchAlarm : Alarm;
